"use strict";

// one message as it is drawn: everything from outside becomes a text node, never markup
Doorstep.drawn = (() => {
  const { t } = Doorstep;
  let onTap = () => {};

  const make = (name, className, ...inside) => {
    const node = document.createElement(name);
    if (className) node.className = className;
    node.append(...inside);
    return node;
  };

  const LINKS = /https?:\/\/[^\s<>"'“”，。；、（）]+/g;
  const PHONES = /(?<![\d-])(?:0\d{2,3}-\d{7,8}|1[3-9]\d{9})(?![\d-])/g;

  // plain words with web addresses that can be tapped
  const words = (text) => {
    const parts = [];
    let at = 0;
    for (const found of text.matchAll(LINKS)) {
      parts.push(text.slice(at, found.index));
      const link = make("a", "inline", found[0]);
      link.href = found[0];
      link.target = "_blank";
      link.rel = "noopener noreferrer";
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

  // 时间：, Where: and their like step back behind what they announce
  const LABEL = /^([\u4e00-\u9fff]{2}：|[A-Z][a-z]+(?: [a-z]+)?: )/;
  const LEAST_FACTS = 3;

  const fact = (node) => {
    const first = node.firstChild;
    const said = first?.nodeType === Node.TEXT_NODE && LABEL.exec(first.textContent);
    if (!said) return;
    node.classList.add("fact");
    first.textContent = first.textContent.slice(said[0].length);
    node.prepend(make("span", "label", said[0]));
  };

  const body = (text) => {
    const state = { bold: false };
    const told = text.split("\n");
    const facts = told.filter((one) => LABEL.test(one)).length >= LEAST_FACTS;
    return told.map((one) => {
      const node = line(one, state);
      if (facts) fact(node);
      if (/^\d{1,2}[.、] ?\S/.test(node.textContent)) node.classList.add("entry");
      return node;
    });
  };

  // the lines of an entry end where something else is said: a heading, a hint, the next entry
  const ends = (line) =>
    /^(blank|entry)$/.test(line.classList[1] ?? "") || /[：:。]$/.test(line.textContent) ||
    /^(· |[^\d：:]{2,30}(：|: ))/.test(line.textContent);

  // an entry whose number is a button becomes that button itself: a whole card to tap
  const entry = (lines, given, id) => {
    const from = lines.findIndex((one) => one.textContent.startsWith(`${given.number}.`));
    if (from < 0 || !(isBare(given) || given.label.startsWith(`${given.number} `))) return false;
    let to = from + 1;
    while (to < lines.length && !ends(lines[to])) to += 1;
    const own = lines.slice(from, to);
    if (own.some((one) => one.querySelector("a"))) return false;
    const name = own[0].textContent;
    const node = make("button", "key");
    node.type = "button";
    node.setAttribute("aria-label", name);
    own[0].before(node);
    const details = own.slice(1);
    const number = make("span", "badge", String(given.number));
    number.setAttribute("aria-hidden", "true");
    node.append(number, strip(own[0]));
    if (details.length) {
      const rest = make("span", "rest", ...details.map((one) => make("span", "line", ...one.childNodes)));
      rest.id = `rest-${id}-${given.number}`;
      node.setAttribute("aria-describedby", rest.id);
      node.append(rest);
    }
    own.forEach((one) => one.remove());
    once(node, () => onTap(given, id, isBare(given) ? name : given.label.slice(String(given.number).length + 1)));
    return true;
  };

  // the entry's first line without the number, which stands in the badge
  const strip = (line) => {
    const title = make("span", "title", ...line.childNodes);
    const first = title.firstChild;
    if (first.nodeType === Node.TEXT_NODE) first.textContent = first.textContent.replace(/^\d{1,2}[.、] ?/, "");
    return title;
  };

  const isBare = (given) => given.label === String(given.number);

  // the second tap of a double tap says nothing new, not even where another button has come under the finger
  const TWICE_MS = 700;
  const last = { at: -TWICE_MS, x: 0, y: 0 };
  const again = ({ detail, clientX, clientY }) => {
    const now = performance.now();
    const near = Math.abs(clientX - last.x) < 24 && Math.abs(clientY - last.y) < 24;
    if (detail && near && now - last.at < TWICE_MS) return true;
    Object.assign(last, { at: now, x: clientX, y: clientY });
    return false;
  };
  const once = (node, act) =>
    node.addEventListener("click", (event) => {
      if (node.dataset.busy || again(event)) return;
      node.dataset.busy = "yes";
      setTimeout(() => delete node.dataset.busy, 1200);
      act();
    });

  // what a screen is there for; a consent is no such thing, its yes and its no weigh the same
  const MAIN = /^(enrol|enrol_ok|offer_yes):/;

  const button = (given, id) => {
    if (given.url) {
      const link = make("a", "choice", make("span", "", given.label));
      if (!/^(https?:|tel:|mailto:)/i.test(given.url)) return make("span", "");
      link.href = given.url;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      return link;
    }
    const bare = isBare(given);
    const label = given.label.startsWith(`${given.number} `) ? given.label.slice(String(given.number).length + 1) : given.label;
    const node = make("button", MAIN.test(given.action) ? "choice main" : "choice");
    node.type = "button";
    if (given.number && !bare) {
      const badge = make("span", "badge", String(given.number));
      badge.setAttribute("aria-hidden", "true");
      node.append(badge);
    }
    node.append(make("span", "", label));
    once(node, () => onTap(given, id, label, node));
    return node;
  };

  // many short choices stand in one grid, so that none is wider than its neighbours
  const gathered = (given) => {
    const rows = [];
    let wide = false;
    for (const row of given) {
      if (wide && row.length > 1) rows[rows.length - 1] = [...rows[rows.length - 1], ...row];
      else rows.push(row);
      wide = row.length > 2;
    }
    return rows;
  };

  const MOST_IN_SIGHT = 3;
  const rows = (message, left) => {
    const made = gathered(left).map((row) => {
      const node = make("div", row.length > 2 ? "choices grid" : "choices");
      node.append(...row.map((given) => button(given, message.id)));
      return node;
    });
    // what one will most likely tap stays in sight while a long message is read
    if (!made.length || made[0].childElementCount > MOST_IN_SIGHT) return made;
    return [make("div", "first", made[0]), ...made.slice(1)];
  };

  const tools = ({ place, text }, phones) => {
    if (!place && !phones.length) return null;
    const node = make("div", "spot");
    const made = make("div", "tools");
    if (place) {
      const { latitude, longitude, title, address } = place;
      const untold = [title, address].filter((one) => one && !text.includes(one));
      node.append(...untold.map((one) => make("p", "line", one)));
      const map = make("a", "choice", make("span", "", t("map")));
      map.href = `geo:${latitude},${longitude}?q=${latitude},${longitude}(${encodeURIComponent(title)})`;
      made.append(map);
      if (navigator.clipboard) made.append(copy(address || title));
    }
    made.append(...phones.map((number) => call(number, phones.length > 1)));
    node.append(made);
    return node;
  };

  const copy = (address) => {
    const node = make("button", "choice", make("span", "", t("copy")));
    node.type = "button";
    node.addEventListener("click", async () => {
      await navigator.clipboard.writeText(address);
      Doorstep.word(t("copied"));
    });
    return node;
  };

  const call = (number, several) => {
    const link = make("a", "choice", make("span", "", several ? `${t("call")} ${number}` : t("call")));
    link.href = `tel:${number.replace("-", "")}`;
    link.setAttribute("aria-label", `${t("call")} ${number}`);
    return link;
  };

  // the calendar drawn in the page's welcome
  const icon = () => document.querySelector(".cal").cloneNode(true);

  const file = ({ name, mime, url, picture }) => {
    const calendar = mime.startsWith("text/calendar");
    const link = make("a", "choice file", calendar ? icon() : make("span", "icon", "↓"));
    link.firstChild.setAttribute("aria-hidden", "true");
    link.append(make("span", "", make("strong", "", t(calendar ? "calendar" : "download")), make("small", "", name)));
    link.href = url;
    link.setAttribute("download", name);
    if (!picture) return make("div", "choices", link);
    const shown = make("img", "picture");
    shown.src = url;
    shown.alt = name;
    shown.loading = "lazy";
    return make("div", "choices", shown, link);
  };

  const bubble = (message) => {
    const node = make("article", message.lane === "reply" ? "it" : "it told");
    const inside = make("div", "bubble");
    node.append(make("span", "unseen", t("it_says")), inside);
    if (message.lane !== "reply") inside.append(make("p", "stamp", `${t("notice")} · ${message.at}`));
    const lines = body(message.text);
    inside.append(...lines);
    const left = (message.rows ?? [])
      .map((row) => row.filter((given) => given.url || !entry(lines, given, message.id)))
      .filter((row) => row.length);
    if (inside.querySelector(".key")) node.classList.add("list");
    const spot = tools(message, [...new Set(message.text.match(PHONES) ?? [])]);
    if (spot) inside.append(spot);
    if (message.document) inside.append(file(message.document));
    const made = rows(message, left);
    // a list is made of buttons itself
    if (node.classList.contains("list")) made[0]?.classList.remove("first");
    node.append(...made);
    return node;
  };

  return { make, bubble, tapped: (handler) => { onTap = handler; } };
})();
