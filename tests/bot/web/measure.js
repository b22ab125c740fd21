// what is too small, too faint or runs out of the picture, as the browser computed it
() => {
  const found = [];
  const seen = (node) => node.offsetParent !== null && getComputedStyle(node).visibility !== 'hidden';
  const name = (node) => node.tagName + '.' + node.className + ' ' + node.textContent.trim().slice(0, 20);
  for (const node of document.querySelectorAll('button, textarea, a:not(.skip)')) {
    if (!seen(node)) continue;
    const box = node.getBoundingClientRect();
    if (box.height < 59.5 || box.width < 59.5)
      found.push(`small target ${box.width}x${box.height} ${name(node)}`);
  }
  const rgb = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = rgb(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !seen(node)) continue;
    if (node.closest('.unseen, noscript, .skip')) continue;
    const style = getComputedStyle(node);
    if (parseFloat(style.fontSize) < 18) found.push(`small letters ${style.fontSize} ${name(node)}`);
    const [a, b] = [light(rgb(style.color)), light(ground(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push(`faint ${ratio.toFixed(2)} ${name(node)}`);
  }
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`the page is ${wide}px too wide`);
  const inner = document.getElementById('scroll');
  if (inner.scrollWidth > inner.clientWidth) found.push('the conversation is too wide');
  for (const node of document.querySelectorAll('.top, .foot')) {
    const box = node.getBoundingClientRect();
    if (box.left < 0 || box.right > innerWidth + .5 || box.bottom > innerHeight + .5)
      found.push(`cut off ${node.className}`);
  }
  return found;
}
