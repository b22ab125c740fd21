"use strict";

// what a person does on the page
(() => {
  const { t, tab, browser, bubbles, line } = Doorstep;
  const { dataset } = document.body;
  const state = document.getElementById("state");
  const word = document.getElementById("word");
  const say = document.getElementById("say");
  const bubblesOf = new Map(); // n -> own bubble
  const { own } = Doorstep;
  let big = Boolean(dataset.big);

  Doorstep.useTexts(JSON.parse(dataset.texts), dataset.lang);
  const chosen = dataset.known ? dataset.lang : browser.read("lang", dataset.lang);
  if (chosen !== dataset.lang) Doorstep.setLang(chosen);

  let hush = 0;
  Doorstep.word = (text, ms = 5000) => {
    word.textContent = text;
    word.hidden = !text;
    clearTimeout(hush);
    if (text) hush = setTimeout(() => Doorstep.word(""), ms);
  };

  // --- saying something
  const speak = (body, label) => {
    const item = line.say(body, { label });
    own.keep({ n: item.n, label, after: item.after });
    bubblesOf.set(item.n, bubbles.mine(label));
    slowly(item.n);
    if (["大字", "大字版", "/big"].includes(label) && Doorstep.size() === 1) Doorstep.setSize(2);
  };

  // nothing is shown for what takes no time
  const slowly = (n) =>
    setTimeout(() => bubblesOf.get(n) && !bubblesOf.get(n).done && bubblesOf.get(n).fate(t("sending")), 900);

  // what was chosen in words is true of the whole page
  const follow = (answer) => {
    if (answer.lang && answer.lang !== Doorstep.lang() && !line.changing()) {
      Doorstep.setLang(answer.lang);
      browser.write("lang", answer.lang);
    }
    if (answer.brings) bring();
    if (typeof answer.big !== "boolean" || answer.big === big) return;
    big = answer.big;
    if (!big) Doorstep.setSize(1);
    else if (Doorstep.size() === 1) Doorstep.setSize(2);
  };

  // who came to belong to a school's staff sends files in: the button for it is on the page as it opens now
  const bring = async () => {
    const response = await fetch("/", { credentials: "same-origin", cache: "no-store" }).catch(() => null);
    if (!response?.ok || document.getElementById("attach")) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const script = page.querySelector('script[src*="sheet"]');
    const parts = ["attach", "sheet"].map((id) => page.getElementById(id));
    if (!script || parts.includes(null) || document.getElementById("attach")) return;
    document.getElementById("place").after(...parts.map((part) => document.adoptNode(part)));
    document.getElementById("composer").classList.add("brings");
    Doorstep.setLang(Doorstep.lang());
    const own = document.createElement("script");
    own.src = script.getAttribute("src");
    document.head.append(own);
  };

  line.on.fate = (item, fate, answer) => {
    const bubble = bubblesOf.get(item.n);
    if (fate === "sent") {
      if (bubble) bubble.done = true;
      bubble?.fate("");
      if (answer.ack) Doorstep.word(answer.ack);
      if (!item.hidden) follow(answer);
      if (!item.hidden) setTimeout(() => waitsFor(item), 350);
      return;
    }
    if (fate === "failed" || fate === "too_long") {
      bubble?.remove();
      own.forget(item.n);
      if (item.body.text && !item.chip && !say.value.trim()) {
        say.value = item.body.text;
        grow();
      }
      Doorstep.word(t(fate === "failed" && !item.body.text ? "failed_tap" : fate), 10000);
      return;
    }
    bubble?.fate(t(fate));
  };
  const waitsFor = (item) => {
    if (line.last() === item.after) bubbles.thinking(true);
  };

  const submit = () => {
    const text = say.value.trim();
    if (!text) {
      say.focus();
      return;
    }
    speak({ text }, text);
    say.value = "";
    tab.write("draft", null);
    grow();
    // on a phone the keyboard makes room for the answer
    if (matchMedia("(pointer: coarse)").matches) say.blur();
  };

  const grow = () => {
    say.style.height = "auto";
    say.style.height = `${Math.min(say.scrollHeight + 4, innerHeight * 0.35)}px`;
  };

  document.getElementById("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  say.addEventListener("keydown", (event) => {
    // the Enter that ends a word of an input method does not send it
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  // from wherever the keyboard has led, one key leads back to the words
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) say.focus();
  });
  say.addEventListener("input", () => {
    tab.write("draft", say.value || null);
    grow();
  });

  // name after name of a roll: what was tapped shows in the list itself
  const IN_THE_LIST = /^roll_set:/;
  bubbles.tapped((button, id, label, node) => {
    const body = { tap: button.action, message: id };
    if (!IN_THE_LIST.test(button.action)) {
      speak(body, label);
      return;
    }
    bubbles.rest(node);
    const item = line.say(body, { hidden: true });
    bubblesOf.set(item.n, bubbles.waiting(node, t("tap_waits")));
    slowly(item.n);
  });
  for (const chip of document.querySelectorAll("button[data-say]")) {
    chip.addEventListener("click", () => {
      if (chip.dataset.busy) return;
      chip.dataset.busy = "yes";
      setTimeout(() => delete chip.dataset.busy, 1200);
      const label = chip.textContent.trim();
      speak({ text: t(chip.dataset.say) }, label);
    });
  }

  // --- a place, asked for only when this button is tapped, used once
  const placeButton = document.getElementById("place");
  placeButton.addEventListener("click", () => {
    if (placeButton.disabled) return;
    if (!navigator.geolocation || !window.isSecureContext) {
      bubbles.aside(t("not_located"));
      return;
    }
    placeButton.disabled = true;
    Doorstep.word(t("locating"), 20000);
    const over = () => {
      placeButton.disabled = false;
      Doorstep.word("");
    };
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        over();
        const rounded = (value) => Math.round(value * 1e4) / 1e4; // ten metres are near enough
        speak({ location: [rounded(coords.latitude), rounded(coords.longitude)] }, t("my_location"));
      },
      () => {
        over();
        bubbles.aside(t("not_located"));
      },
      { enableHighAccuracy: false, timeout: 15000, maximumAge: 60000 },
    );
  });

  // --- size and language
  document.getElementById("big").addEventListener("click", () => {
    Doorstep.setSize(Doorstep.size() === Doorstep.sizes ? 1 : Doorstep.size() + 1);
    Doorstep.word(t(`size_${Doorstep.size()}`));
    grow();
  });
  document.getElementById("language").addEventListener("click", () => {
    Doorstep.setLang(Doorstep.lang() === "zh" ? "en" : "zh");
    browser.write("lang", Doorstep.lang());
    // whoever has talked already is also answered in that language from now on
    if (line.known()) line.say({ text: t("language_say_own") }, { hidden: true });
  });

  // --- what comes in
  const placeOwn = (before) => {
    for (const one of own.before(before)) bubblesOf.set(one.n, bubbles.mine(one.label));
  };
  // what is said in another tab of this browser stands here too
  own.elsewhere(bubbles.live, (one) => bubblesOf.set(one.n, bubbles.mine(one.label, false)));
  line.on.message = (message) => {
    if (!bubbles.live()) placeOwn(message.id);
    bubbles.show(message);
  };
  line.on.caughtUp = () => {
    if (bubbles.live()) return;
    placeOwn(Infinity);
    bubbles.begin();
    openClass();
  };
  let patience = 0;
  line.on.state = (now) => {
    clearTimeout(patience);
    if (now === "connected") {
      state.hidden = true;
      return;
    }
    // a blink is no news
    const tell = () => {
      state.textContent = t(navigator.onLine === false ? "offline" : now);
      state.hidden = false;
    };
    if (!state.hidden) tell();
    else patience = setTimeout(tell, 1500);
  };
  line.on.gone = () => {
    own.clear();
    bubbles.clear();
    openClass();
  };

  // a poster's address opens its class, once in this tab
  const openClass = () => {
    if (dataset.gone) bubbles.aside(t("no_class"));
    if (dataset.start && tab.read("opened", "") !== dataset.start) {
      tab.write("opened", dataset.start);
      speak({ start: dataset.start }, t(dataset.start.startsWith("s_") ? "open_checkin" : "open_start"));
      return;
    }
    if (!dataset.open || tab.read("opened", "") === dataset.open) return;
    tab.write("opened", dataset.open);
    const label = dataset.openTitle ? t("open_class", { title: dataset.openTitle }) : t("open_link");
    speak({ start: `c_${dataset.open}` }, label);
  };

  // --- the room that a keyboard leaves
  const fit = () => {
    document.documentElement.style.setProperty("--room", `${Math.round(visualViewport?.height ?? innerHeight)}px`);
  };
  visualViewport?.addEventListener("resize", fit);
  window.addEventListener("resize", fit);
  fit();
  for (const moved of ["wheel", "touchmove", "keydown"]) {
    document.getElementById("scroll").addEventListener(moved, bubbles.read, { passive: true });
  }

  say.value = tab.read("draft", "") ?? "";
  grow();
  line.begin(Boolean(dataset.known));
  line.pump();
})();
