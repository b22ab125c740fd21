"use strict";

// what one has said, beside what was answered: kept in this browser for a day, never by the town
Doorstep.own = (() => {
  const { browser } = Doorstep;
  const MOST = 60;
  const DAY = 24 * 3600 * 1000;
  const placed = new Set();

  const read = () => {
    const kept = browser.read("said", []);
    return (Array.isArray(kept) ? kept : []).filter((one) => one.at > Date.now() - DAY);
  };
  const write = (said) => browser.write("said", said.length ? said.slice(-MOST) : null);

  const keep = (one) => {
    placed.add(one.n);
    write([...read(), { ...one, at: Date.now() }]);
  };
  const forget = (n) => write(read().filter((one) => one.n !== n));
  const clear = () => {
    placed.clear();
    write([]);
  };

  // what was said before this message came and does not stand on the page yet, in order
  const before = (id) => {
    const found = read().filter((one) => one.after < id && !placed.has(one.n));
    found.sort((one, other) => one.after - other.after || one.at - other.at);
    found.forEach((one) => placed.add(one.n));
    return found;
  };

  const elsewhere = (ready, show) => {
    window.addEventListener("storage", (event) => {
      if (event.key === "doorstep.said" && ready()) before(Infinity).forEach(show);
    });
  };

  // what is older than a day goes when the page is opened
  write(read());
  return { keep, forget, clear, before, elsewhere };
})();
