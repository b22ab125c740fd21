"use strict";

// the conversation on the screen: what comes is appended, and brought into view
Doorstep.bubbles = (() => {
  const { t } = Doorstep;
  const { make, bubble, tapped } = Doorstep.drawn;
  const log = document.getElementById("log");
  const scroll = document.getElementById("scroll");
  const newer = document.getElementById("newer");
  const cue = document.getElementById("cue");
  const room = scroll.parentElement;
  const shown = new Map(); // row id -> element
  let anchor = null; // the first answer since the person last said something
  let live = false;
  let dots = null;
  let following = true; // the end was in sight, and stays so when the room changes

  const left = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
  const nearEnd = () => left() < 120;
  const calm = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");
  const topOf = (node) => node.getBoundingClientRect().top - scroll.getBoundingClientRect().top;

  // a long answer is read from its beginning
  const bringIntoView = (behavior = live ? calm() : "auto") => {
    const first = anchor ?? log.lastElementChild;
    if (!first) return;
    // of a long text of one's own its end is enough: what it was answered must be seen
    const answer = first.offsetHeight > scroll.clientHeight * 0.4 ? first.nextElementSibling : null;
    const top = (answer ? topOf(answer) - 96 : topOf(first)) + scroll.scrollTop - 12;
    scroll.scrollTo({ top: Math.min(top, scroll.scrollHeight - scroll.clientHeight), behavior });
    newer.hidden = true;
    look();
  };

  // that there is more below is said, not left to be guessed
  const look = () => {
    const more = live && newer.hidden && left() > 40;
    cue.hidden = !more;
    room.classList.toggle("more", more);
  };

  const settle = () => {
    if (!live) return;
    if (anchor) bringIntoView();
    else if (following && log.lastElementChild) scroll.scrollTop = scroll.scrollHeight; // a greeting is read from its beginning
    look();
  };
  const watch = new ResizeObserver(settle);
  watch.observe(scroll);
  watch.observe(log);

  // whatever changes on the page, what is being read stays where it is
  const keepPlace = (change) => {
    const seen = [document.getElementById("hello"), ...log.children].find((one) => topOf(one) + one.offsetHeight > 40);
    const was = seen ? topOf(seen) : 0;
    const share = was < 0 ? was / seen.offsetHeight : 0;
    change();
    if (seen) scroll.scrollTop += topOf(seen) - (was < 0 ? share * seen.offsetHeight : was);
    look();
  };

  const show = (message) => {
    if (shown.has(message.id)) return false;
    const stay = live && !anchor && !nearEnd();
    thinking(false);
    const node = bubble(message);
    node.dataset.id = message.id;
    const before = message.edit ? shown.get(Number(message.edit)) : undefined;
    const rests = finger?.message === before ? finger : null;
    finger = null;
    if (before) {
      const at = [...before.querySelectorAll("button, a")].indexOf(document.activeElement);
      for (const [id, one] of shown) if (one === before) shown.set(id, node);
      if (before === log.lastElementChild) before.replaceWith(node);
      else {
        before.remove();
        log.append(node);
      }
      if (at >= 0) hold(node, at);
    } else log.append(node);
    shown.set(message.id, node);
    if (!live || (rests && under(node, rests))) return true;
    if (stay) newer.hidden = false;
    else bringIntoView();
    return true;
  };

  // a list that is gone through tap by tap stays under the finger
  let finger = null;
  const rest = (button) => {
    const message = button.closest("article");
    const all = [...message.querySelectorAll("button, a")];
    finger = { message, at: all.indexOf(button), of: all.length, top: topOf(button) };
    anchor = null;
  };
  const under = (node, { at, of, top }) => {
    const all = node.querySelectorAll("button, a");
    if (all.length !== of) return false;
    scroll.scrollTop += topOf(all[at]) - top;
    look();
    return true;
  };

  // who goes by the keyboard stays where they were, on the button in the same place
  const hold = (node, at) => {
    const left = node.querySelectorAll("button, a");
    const next = left[Math.min(at, left.length - 1)] ?? node;
    if (next === node) node.tabIndex = -1;
    next.focus({ preventScroll: true });
  };

  const mine = (label, here = true) => {
    const said = make("div", "bubble", label);
    const state = make("p", "fate");
    state.hidden = true;
    const node = make("article", "me", make("span", "unseen", t("i_say")), said, state);
    log.append(node);
    if (live && here) {
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

  // a tap that is shown at its button, while it has not reached the town
  const waiting = (button, words) => {
    const state = make("small", "fate", words);
    const show = (on) => {
      button.classList.toggle("waits", on);
      if (on) button.append(state);
      else state.remove();
    };
    return { fate: (told) => show(Boolean(told)), remove: () => show(false) };
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
    following = nearEnd();
    if (following) newer.hidden = true;
    look();
  }, { passive: true });
  newer.addEventListener("click", () => {
    anchor = null;
    bringIntoView();
  });
  cue.addEventListener("click", () => {
    anchor = null;
    scroll.scrollBy({ top: scroll.clientHeight * 0.7, behavior: calm() });
  });

  return {
    show, mine, waiting, aside, thinking, begin, keepPlace, tapped, rest,
    has: (id) => shown.has(id),
    live: () => live,
    read: () => { anchor = null; },
    clear: () => { shown.clear(); log.replaceChildren(); },
  };
})();
