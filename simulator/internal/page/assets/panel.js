// The control panel: callback, odd deliveries, faults, traffic.
import { api } from './api.js';
import { $, h, icon, option, zone } from './dom.js';
import { botNow, state } from './state.js';
import { t } from './words.js';

const faultKinds = {
  f401: { status: 401 }, f403: { status: 403 }, f429: { status: 429, reset: 5 }, f429b: { status: 429, bare: true },
  f500: { status: 500 }, f503: { status: 503 }, delay: { delayMillis: 5000 }, drop: { drop: true },
};
const faultClasses = [['messages', 'messagesClass'], ['users', 'users'], ['token', 'token'], ['bots', 'bots'], ['', 'every']];

let sendChanged = () => {};
export const onSendChange = (handler) => { sendChanged = handler; };

const field = (label, control) => h('label', { class: 'field' }, h('span', {}, label), control);
const box = (title, ...content) => h('section', { class: 'group-box', 'aria-label': title }, h('h3', {}, title), ...content);

// guarded runs work and shows its error, or a short word, in the node.
async function guarded(node, work, done = '') {
  try {
    await work();
    node.textContent = done;
    node.className = 'hint';
  } catch (error) {
    node.textContent = error.message;
    node.className = 'bad-text';
  }
}

function callbackBox() {
  const bot = botNow();
  if (!bot) return null;
  const url = h('input', { type: 'url', id: 'callback-url', value: bot.callbackUrl, placeholder: 'http://localhost:8080/v1/lineworks/attendance/dkt_…', spellcheck: 'false', autocomplete: 'off' });
  const said = h('p', { class: 'hint', role: 'status' });
  const save = (event) => { event.preventDefault(); guarded(said, () => api.setCallback(bot.id, url.value.trim()), t('saved')); };
  const secrets = h('div');
  return box(`${t('callbackTitle')} ・ ${bot.name} (${bot.apiVersion})`,
    h('form', { onsubmit: save }, field(t('callbackUrl'), url), h('div', { class: 'actions' },
      h('button', { class: 'solid' }, t('save')),
      h('button', { type: 'button', class: 'ghost', 'aria-expanded': 'false', onclick: (event) => toggleSecrets(event.currentTarget, secrets, bot.id, said) }, t('showSecrets')))),
    said, secrets);
}

function toggleSecrets(button, place, bot, said) {
  const open = place.childElementCount === 0;
  button.textContent = t(open ? 'hideSecrets' : 'showSecrets');
  button.setAttribute('aria-expanded', String(open));
  if (!open) { place.replaceChildren(); return; }
  guarded(said, async () => {
    const credentials = await api.credentials(bot);
    const copy = () => guarded(said, () => navigator.clipboard.writeText(JSON.stringify(credentials, null, 2)), t('copied'));
    place.replaceChildren(
      h('dl', { class: 'secrets' }, ...Object.entries(credentials).flatMap(([name, value]) => [h('dt', {}, name), h('dd', { tabindex: '0' }, value)])),
      h('div', { class: 'actions' }, h('button', { type: 'button', class: 'ghost small', onclick: copy }, t('copyJson'))));
  });
}

function sendBox() {
  const check = (name, label) => h('label', { class: 'check' },
    h('input', { type: 'checkbox', checked: state.send[name], onchange: (event) => { state.send[name] = event.currentTarget.checked; sendChanged(); } }), label);
  const copies = h('input', { type: 'number', min: 1, max: 100, value: state.send.copies,
    onchange: (event) => { state.send.copies = Math.min(Math.max(Number(event.currentTarget.value) || 1, 1), 100); event.currentTarget.value = state.send.copies; sendChanged(); } });
  return box(t('sendTitle'), h('p', { class: 'hint' }, t('shapeHint')), field(t('copies'), copies), h('div', {},
    check('concurrent', t('together')), check('breakSignature', t('breakSignature')), check('escapeSlashes', t('escapeSlashes')),
    check('spaces', t('spaces')), check('unknownType', t('unknownType'))));
}

function faultName(fault) {
  const kind = Object.entries(faultKinds).find(([, one]) => Object.entries(one).every(([name, value]) => name === 'reset' || fault[name] === value)
    && (one.status ?? 0) === fault.status && Boolean(one.bare) === fault.bare)?.[0];
  const where = faultClasses.find(([name]) => name === fault.class)?.[1];
  const often = fault.times === 0 ? t('untilCleared') : t('left', { n: fault.times });
  return `${t(where)}: ${kind ? t(kind) : fault.status} (${often})`;
}

function drawFaults(list) {
  list.replaceChildren(...state.faults.map((fault) => h('li', {}, faultName(fault))));
  if (state.faults.length === 0) list.replaceChildren(h('p', { class: 'hint' }, t('noFaults')));
}

function faultBox() {
  const where = h('select', {}, ...faultClasses.map(([name, label]) => option(name, t(label))));
  const what = h('select', {}, ...Object.keys(faultKinds).map((name) => option(name, t(name))));
  const often = h('select', {}, option('1', '1'), option('3', '3'), option('10', '10'), option('0', t('untilCleared')));
  const said = h('p', { class: 'hint', role: 'status' });
  const list = h('ul', { class: 'faults', id: 'faults' });
  const play = (event) => {
    event.preventDefault();
    guarded(said, () => api.fail({ class: where.value, times: Number(often.value), ...faultKinds[what.value] }));
  };
  drawFaults(list);
  return box(t('faultTitle'), h('form', { onsubmit: play }, h('div', { class: 'pair' }, field(t('faultClass'), where), field(t('times'), often)),
    field(t('faultKind'), what), h('div', { class: 'actions' }, h('button', { class: 'solid' }, t('play')),
      h('button', { type: 'button', class: 'ghost', onclick: () => guarded(said, api.heal) }, t('clear')))),
  list, rateForm(said), h('div', { class: 'actions' },
    h('button', { type: 'button', class: 'ghost', onclick: () => guarded(said, api.revoke, t('revoked')) }, t('revoke'))), said);
}

function rateForm(said) {
  const rate = h('input', { type: 'number', min: -1, max: 100000, value: state.settings.ratePerMinute,
    onchange: () => guarded(said, () => api.settings({ ...state.settings, ratePerMinute: Number(rate.value) }), t('saved')) });
  return field(t('rate'), rate);
}

// shortPath leaves out the host and the middle of long ids.
function shortPath(path) {
  return path.replace(/^https?:\/\/[^/]+/, '').replace(/[\w-]{17,}/g, (id) => `${id.slice(0, 6)}…${id.slice(-3)}`);
}

function entryLine(entry) {
  const good = entry.status >= 200 && entry.status < 300;
  const about = [t(entry.kind === 'call' ? 'callOf' : 'eventOf'), entry.copies > 1 ? `×${entry.copies}` : '', entry.note ?? ''].filter(Boolean).join(' ・ ');
  return h('li', {}, h('time', {}, new Date(entry.time).toLocaleTimeString('ja-JP', { timeZone: zone })),
    h('span', { class: `code ${good ? 'good' : 'bad'}` }, entry.status || '—'),
    h('span', { class: 'where' }, `${entry.method} ${shortPath(entry.path)}`, h('small', {}, about)));
}

function ledgerBox() {
  const said = h('p', { class: 'hint', role: 'status' });
  const list = h('ol', { class: 'entries', id: 'entries' });
  const load = () => guarded(said, async () => list.replaceChildren(...(await api.ledger()).toReversed().map(entryLine)));
  load();
  return box(t('ledger'), h('div', { class: 'actions' }, h('button', { type: 'button', class: 'ghost small', onclick: load }, t('reload'))), said, list);
}

// drawPanel shows the panel afresh. It is drawn when it opens or the room changes.
export function drawPanel() {
  const panel = $('panel');
  if (panel.hidden) return;
  panel.replaceChildren(h('div', { class: 'panel-head' }, h('h2', {}, t('panel')),
    h('button', { type: 'button', class: 'icon', 'aria-label': t('close'), onclick: () => showPanel(false) }, icon('M6 6l12 12M18 6L6 18'))),
  ...[callbackBox(), sendBox(), faultBox(), ledgerBox()].filter(Boolean));
}

// refreshFaults touches only the list, so that a form in use keeps its focus.
export function refreshFaults() {
  const list = $('faults');
  if (list) drawFaults(list);
}

export function showPanel(open, focusOn = null) {
  const panel = $('panel');
  const button = $('panel-toggle');
  panel.hidden = !open;
  button.setAttribute('aria-expanded', String(open));
  drawPanel();
  if (!open) button.focus();
  else (focusOn ? $(focusOn) : panel.querySelector('button'))?.focus();
}
