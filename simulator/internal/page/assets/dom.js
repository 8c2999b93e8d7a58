// Small helpers to build the page without ever parsing text as HTML.

export const $ = (id) => document.getElementById(id);

// h makes an element: h('p', {class: 'x', onclick: f}, 'text', child).
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const svgSpace = 'http://www.w3.org/2000/svg';

// icon makes a decorative line drawing from path data.
export function icon(...paths) {
  const svg = document.createElementNS(svgSpace, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS(svgSpace, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}

// face is the round picture of a person, or the square one of a bot or group.
export function face(name, tone) {
  const node = h('span', { class: `avatar ${tone}`, 'aria-hidden': 'true' });
  node.textContent = [...name][0] ?? '?';
  return node;
}

// zone of the demo company: the answers name its times, so the page shows them too.
export const zone = 'Asia/Tokyo';

export function clockTime(time) {
  return new Date(time).toLocaleTimeString('ja-JP', { hour: '2-digit', minute: '2-digit', timeZone: zone });
}

// option makes one entry of a select.
export const option = (value, label, selected) => h('option', { value, selected }, label);
