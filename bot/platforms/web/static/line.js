"use strict";

// the line to the town: what is said goes out in order and once, what is answered comes in once
Doorstep.line = (() => {
  const { tab, number, key, lang } = Doorstep;
  const LONGEST = 15000;
  const SILENCE = 45000; // the town says it is here every 15 seconds

  let known = false;
  let source = null;
  let again = 0;
  let watchdog = 0;
  let last = 0;
  let tries = 0;
  let sending = false;
  let wake = () => {};
  let queue = [];
  const unseen = new Set();
  const on = { message: () => {}, caughtUp: () => {}, state: () => {}, fate: () => {}, gone: () => {} };

  // a place is used once and is kept nowhere, not even in this tab
  const keep = () => tab.write("queue", queue.filter((one) => !one.body.location));

  const post = (path, body) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 20000);
    return fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: stop.signal,
    }).finally(() => clearTimeout(timer));
  };

  const pause = (ms) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const firstKey = () => {
    const made = tab.read("key", null) ?? key();
    tab.write("key", made);
    return made;
  };

  // "done", "failed", or the milliseconds after which it should be tried again
  const attempt = async (item, tried) => {
    const body = { n: item.n, lang: lang(), ...item.body };
    if (!known || tab.read("key", null)) body.key = firstKey();
    const backoff = Math.min(LONGEST, 1000 * 2 ** Math.min(tried, 4));
    let response;
    try {
      response = await post("/web/send", body);
    } catch {
      on.fate(item, navigator.onLine === false ? "offline" : "retrying");
      return backoff;
    }
    if (response.ok) {
      on.fate(item, "sent", await response.json().catch(() => ({})));
      return "done";
    }
    if (response.status === 429 || response.status === 408 || response.status >= 500) {
      on.fate(item, response.status === 429 ? "often" : "retrying");
      return Math.max(1000 * Number(response.headers.get("Retry-After") ?? 0), response.status === 429 ? 1000 : backoff);
    }
    on.fate(item, response.status === 413 ? "too_long" : "failed");
    return "failed";
  };

  const pump = async () => {
    if (sending) return;
    sending = true;
    let tried = 0;
    while (queue.length) {
      const item = queue[0];
      const came = await attempt(item, tried);
      if (typeof came === "number") {
        tried += 1;
        await pause(came);
        continue;
      }
      tried = 0;
      queue.shift();
      keep();
      if (came === "done") {
        known = true;
        if (!source) connect();
      }
    }
    sending = false;
  };

  const say = (body, extra = {}) => {
    const item = { n: number(), body, after: last, ...extra };
    queue.push(item);
    keep();
    pump();
    return item;
  };

  const connect = () => {
    clearTimeout(again);
    source?.close();
    if (!known) return;
    on.state("connecting");
    source = new EventSource(last ? `/web/events?after=${last}` : "/web/events");
    const mine = source;
    const alive = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(lost, SILENCE);
    };
    mine.onopen = () => {
      tries = 0;
      on.state("connected");
      alive();
    };
    mine.onmessage = (event) => {
      alive();
      const message = JSON.parse(event.data);
      last = Math.max(last, message.id);
      on.message(message);
      if (!message.fetched) {
        unseen.add(message.id);
        tellSeen();
      }
    };
    mine.addEventListener("here", alive);
    mine.addEventListener("caught_up", () => {
      tab.write("key", null);
      on.caughtUp();
    });
    mine.addEventListener("gone", () => {
      clearTimeout(watchdog);
      mine.close();
      source = null;
      // this browser may just have signed out all others, and its fresh cookie is on its way
      again = setTimeout(async () => {
        await stillKnown();
        if (known && !source) connect();
      }, 700);
    });
    mine.onerror = () => {
      if (mine === source) lost();
    };
  };

  const lost = () => {
    clearTimeout(watchdog);
    source?.close();
    source = null;
    on.state("lost");
    tries += 1;
    const wait = Math.min(LONGEST, 500 * 2 ** Math.min(tries, 5)) * (0.7 + Math.random() * 0.6);
    again = setTimeout(connect, tries === 1 ? 300 : wait);
    if (tries === 3) stillKnown();
  };

  // a cookie that no longer holds would be refused for ever
  const stillKnown = async () => {
    const answer = await post("/web/seen", { ids: [] }).catch(() => null);
    if (answer?.status !== 401) return;
    known = false;
    last = 0;
    clearTimeout(again);
    on.state("connected");
    on.gone();
  };

  // a message counts as reached when it stands on a screen that somebody can see
  let telling = 0;
  const tellSeen = () => {
    clearTimeout(telling);
    if (document.visibilityState !== "visible" || !unseen.size) return;
    telling = setTimeout(async () => {
      const ids = [...unseen].slice(0, 200);
      const answer = await post("/web/seen", { ids }).catch(() => null);
      if (answer?.ok) ids.forEach((id) => unseen.delete(id));
      else telling = setTimeout(tellSeen, 3000);
    }, 60);
  };

  const awake = () => {
    wake();
    if (known && !source) connect();
    tellSeen();
  };
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && awake());
  window.addEventListener("online", awake);
  window.addEventListener("pageshow", (event) => event.persisted && awake());

  const begin = (isKnown) => {
    known = isKnown;
    queue = tab.read("queue", []);
    if (known) connect();
    else on.caughtUp();
    return [...queue];
  };

  return {
    begin, say, pump, on,
    known: () => known,
    last: () => last,
    // whether words that were said to change the language are still on their way
    changing: () => queue.some((one) => one.hidden),
  };
})();
