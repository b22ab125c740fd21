"use strict";

// messages as bubbles: everything from outside becomes a text node, never markup
Doorstep.bubbles = (() => {
  const { t } = Doorstep;
  const log = document.getElementById("log");
  const scroll = document.getElementById("scroll");
  const newer = document.getElementById("newer");
  const shown = new Map(); // row id -> element
  let onTap = () => {};
  let anchor = null; // the first answer since the person last said something
  let live = false;
  let dots = null;

  const make = (name, className, ...inside) => {
    const node = document.createElement(name);
    if (className) node.className = className;
    node.append(...inside);
    return node;
  };

  const LINKS = /(https?:\/\/[^\s<>"'“”，。；、（）]+)|(?<![\d-])(0\d{2,3}-\d{7,8}|1[3-9]\d{9})(?![\d-])/g;

  // plain words with telephone numbers and web addresses that can be tapped
  const words = (text) => {
    const parts = [];
    let at = 0;
    for (const found of text.matchAll(LINKS)) {
      parts.push(text.slice(at, found.index));
      const link = make("a", "inline", found[0]);
      link.href = found[1] ?? `tel:${found[2].replace("-", "")}`;
      if (found[1]) {
        link.target = "_blank";
        link.rel = "noopener noreferrer";
      }
      parts.push(link);
      at = found.index + found[0].length;
    }
    parts.push(text.slice(at));
    return parts.filter((part) => part !== "");
  };

  // one line of our markup: \u0002 begins bold, \u0003 ends it; bold may run over several lines
  const line = (text, state) => {
    const node = make("p", "line");
    for (const part of text.split(/([\u0002\u0003])/)) {
      if (part === "\u0002") state.bold = true;
      else if (part === "\u0003") state.bold = false;
      else if (part) node.append(...(state.bold ? [make("strong", "", ...words(part))] : words(part)));
    }
    if (!node.hasChildNodes()) node.classList.add("blank");
    return node;
  };

  const body = (text) => {
    const state = { bold: false };
    return text.split("\n").map((one) => {
      const node = line(one, state);
      if (/^\d{1,2}[.、] ?\S/.test(node.textContent)) node.classList.add("entry");
      return node;
    });
  };

  // what a bare number stands for, for those who hear the page
  const entryOf = (lines, number) => {
    const found = lines.find((one) => one.textContent.startsWith(`${number}.`));
    return found ? found.textContent : String(number);
  };

  const button = (given, id) => {
    if (given.url) {
      const link = make("a", "choice", make("span", "", given.label));
      if (!/^(https?:|tel:|mailto:)/i.test(given.url)) return make("span", "");
      link.href = given.url;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      return link;
    }
    const bare = given.label === String(given.number);
    const label = given.label.startsWith(`${given.number} `) ? given.label.slice(String(given.number).length + 1) : given.label;
    const node = make("button", bare ? "key" : "choice");
    node.type = "button";
    if (given.number && !bare) {
      const badge = make("span", "badge", String(given.number));
      badge.setAttribute("aria-hidden", "true");
      node.append(badge);
    }
    node.append(make("span", "", label));
    node.addEventListener("click", () => {
      // the second tap of a double tap says nothing new
      if (node.dataset.busy) return;
      node.dataset.busy = "yes";
      setTimeout(() => delete node.dataset.busy, 1200);
      onTap(given, id, bare ? node.getAttribute("aria-label") : label);
    });
    return node;
  };

  const rows = (message, lines) =>
    message.rows.map((row) => {
      const bare = row.every((one) => one.label === String(one.number));
      const node = make("div", bare ? "keys" : "choices");
      for (const given of row) {
        const made = button(given, message.id);
        if (bare) made.setAttribute("aria-label", entryOf(lines, given.number));
        node.append(made);
      }
      return node;
    });

  const place = ({ latitude, longitude, title, address }) => {
    const node = make("div", "spot", make("p", "line", make("strong", "", title)));
    if (address && address !== title) node.append(make("p", "line", address));
    const tools = make("div", "choices");
    const map = make("a", "choice", make("span", "", t("map")));
    map.href = `geo:${latitude},${longitude}?q=${latitude},${longitude}(${encodeURIComponent(title)})`;
    tools.append(map);
    if (navigator.clipboard) {
      const copy = make("button", "choice", make("span", "", t("copy")));
      copy.type = "button";
      copy.addEventListener("click", async () => {
        await navigator.clipboard.writeText(address || title);
        Doorstep.word(t("copied"));
      });
      tools.append(copy);
    }
    node.append(tools);
    return node;
  };

  // the calendar drawn in the page's welcome
  const icon = () => document.querySelector(".cal").cloneNode(true);

  const file = ({ name, mime, url }) => {
    const calendar = mime.startsWith("text/calendar");
    const link = make("a", "choice file", calendar ? icon() : make("span", "icon", "↓"));
    link.firstChild.setAttribute("aria-hidden", "true");
    link.append(make("span", "", make("strong", "", t(calendar ? "calendar" : "download")), make("small", "", name)));
    link.href = url;
    link.setAttribute("download", name);
    return make("div", "choices", link);
  };

  const bubble = (message) => {
    const node = make("article", message.lane === "reply" ? "it" : "it told");
    const inside = make("div", "bubble");
    node.append(make("span", "unseen", t("it_says")), inside);
    if (message.lane !== "reply") inside.append(make("p", "stamp", `${t("notice")} · ${message.at}`));
    const lines = body(message.text);
    inside.append(...lines);
    if (message.place) inside.append(place(message.place));
    if (message.document) inside.append(file(message.document));
    if (message.rows) {
      const made = rows(message, lines);
      const end = lines[lines.length - 1];
      // the words above a row of numbers say what the numbers do
      if (made[0]?.className === "keys" && lines.length > 1 && !end.classList.contains("entry")) end.classList.add("hint");
      node.append(...made);
    }
    return node;
  };

  const nearEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

  // a long answer is read from its beginning
  const bringIntoView = () => {
    const first = anchor ?? log.lastElementChild;
    if (!first) return;
    const top = first.getBoundingClientRect().top - scroll.getBoundingClientRect().top + scroll.scrollTop - 12;
    const end = scroll.scrollHeight - scroll.clientHeight;
    scroll.scrollTo({ top: Math.min(top, end), behavior: live ? calm() : "auto" });
    newer.hidden = true;
  };

  const show = (message) => {
    if (shown.has(message.id)) return false;
    const stay = live && !anchor && !nearEnd();
    thinking(false);
    const node = bubble(message);
    node.dataset.id = message.id;
    const before = message.edit ? shown.get(Number(message.edit)) : undefined;
    if (before) {
      for (const [id, one] of shown) if (one === before) shown.set(id, node);
      if (before === log.lastElementChild) before.replaceWith(node);
      else {
        before.remove();
        log.append(node);
      }
    } else log.append(node);
    shown.set(message.id, node);
    if (!live) return true;
    if (stay) newer.hidden = false;
    else bringIntoView();
    return true;
  };

  const mine = (label) => {
    const said = make("div", "bubble", label);
    const state = make("p", "fate");
    state.hidden = true;
    const node = make("article", "me", make("span", "unseen", t("i_say")), said, state);
    log.append(node);
    if (live) {
      anchor = node;
      bringIntoView();
    }
    return {
      node,
      fate(words) {
        state.textContent = words;
        state.hidden = !words;
      },
      remove() {
        if (anchor === node) anchor = null;
        node.remove();
      },
    };
  };

  const aside = (text) => {
    const node = make("article", "it aside", make("div", "bubble", make("p", "line", text)));
    log.append(node);
    bringIntoView();
  };

  const thinking = (on) => {
    if (on && !dots) {
      dots = make("div", "it dots", make("div", "bubble", make("i"), make("i"), make("i")));
      dots.setAttribute("aria-hidden", "true");
      log.append(dots);
      bringIntoView();
      setTimeout(() => thinking(false), 8000);
    } else if (!on && dots) {
      dots.remove();
      dots = null;
    }
  };

  const begin = () => {
    if (live) return;
    live = true;
    bringIntoView();
    // only what comes from now on is read aloud
    setTimeout(() => log.setAttribute("aria-live", "polite"), 300);
  };

  scroll.addEventListener("scroll", () => {
    if (nearEnd()) newer.hidden = true;
  }, { passive: true });
  newer.addEventListener("click", () => {
    anchor = null;
    bringIntoView();
  });

  return {
    show, mine, aside, thinking, begin,
    has: (id) => shown.has(id),
    live: () => live,
    read: () => { anchor = null; },
    tapped: (handler) => { onTap = handler; },
    clear: () => { shown.clear(); log.replaceChildren(); },
  };
})();
