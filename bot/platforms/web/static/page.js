"use strict";

// the page itself: its texts and language, the size of its letters, and what this tab remembers
window.Doorstep = (() => {
  const root = document.documentElement;
  const SIZES = 3;

  const kept = {
    // a browser may refuse storage altogether; the page then forgets, and works
    read(where, key, otherwise) {
      try {
        const found = window[where].getItem(`doorstep.${key}`);
        return found === null ? otherwise : JSON.parse(found);
      } catch {
        return otherwise;
      }
    },
    write(where, key, value) {
      try {
        if (value === null) window[where].removeItem(`doorstep.${key}`);
        else window[where].setItem(`doorstep.${key}`, JSON.stringify(value));
      } catch {
        // nothing is lost but memory
      }
    },
  };

  const tab = {
    read: (key, otherwise) => kept.read("sessionStorage", key, otherwise),
    write: (key, value) => kept.write("sessionStorage", key, value),
  };
  const browser = {
    read: (key, otherwise) => kept.read("localStorage", key, otherwise),
    write: (key, value) => kept.write("localStorage", key, value),
  };

  let lang = "zh";
  let texts = { zh: {}, en: {} };

  const t = (key, values = {}) =>
    (texts[lang][key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

  const asSize = (value) => (Number.isInteger(value) && value >= 1 && value <= SIZES ? value : 1);
  const size = () => asSize(Number(root.dataset.size));
  const setSize = (next) => {
    Doorstep.bubbles.keepPlace(() => { root.dataset.size = String(asSize(next)); });
    browser.write("size", asSize(next));
  };
  // before the first paint, so that nothing jumps; who chose large print elsewhere has it here too
  root.dataset.size = String(asSize(browser.read("size", size())));

  const useTexts = (all, first) => {
    texts = all;
    lang = first;
  };
  const setLang = (next) => {
    lang = next;
    root.lang = next === "zh" ? "zh-CN" : "en";
    document.title = t("title");
    for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
    for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
    for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = t(node.dataset.placeholder);
  };

  // 53 random bits: two tabs of one person never draw the same number
  const number = () => {
    const drawn = crypto.getRandomValues(new Uint32Array(2));
    return Math.max(1, (drawn[0] & 0x1fffff) * 2 ** 32 + drawn[1]);
  };
  const key = () => {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return Array.from(crypto.getRandomValues(new Uint8Array(24)), (one) => letters[one & 63]).join("");
  };

  return { t, tab, browser, size, setSize, sizes: SIZES, useTexts, setLang, lang: () => lang, number, key };
})();
