// Sending: text, stickers, punch buttons, and buttons inside messages.
import { api } from './api.js';
import { $, h, zone } from './dom.js';
import { botNow, inLanguage, roomNow, state, stickers } from './state.js';
import { t } from './words.js';

const oddities = {
  concurrent: 'together', breakSignature: 'breakSignature', escapeSlashes: 'escapeSlashes', spaces: 'spaces', unknownType: 'unknownType',
};

// offset of the page's zone, which has no daylight saving.
const offset = '+09:00';

function sentAt() {
  const value = $('sent-at').value;
  return $('dated').hidden || !value ? {} : { sentAt: new Date(`${value}${offset}`).toISOString() };
}

function base() {
  const { copies, concurrent, breakSignature, ...shape } = state.send;
  return { user: state.user, bot: botNow().id, room: state.room, shape, options: { copies, concurrent, breakSignature }, ...sentAt() };
}

async function attempt(work) {
  if (!roomNow() || !botNow()) return;
  try {
    await work();
  } catch (error) {
    $('notice').replaceChildren(h('span', { lang: 'en' }, error.message));
  }
}

export const press = (message, action) => attempt(async () => {
  if (action.type === 'copy') {
    await navigator.clipboard.writeText(action.copyText);
    $('notice').replaceChildren(h('span', {}, t('copied')));
    return;
  }
  await api.press({ ...base(), message: message.id, label: action.label });
});

// drawMenu shows the bot's persistent menu, or the four default punch buttons.
export function drawMenu() {
  const buttons = botNow()?.buttons ?? [];
  $('menu').replaceChildren(...buttons.map((action) => h('button', { type: 'button', onclick: () => press({ id: 0 }, action) },
    inLanguage(action.labels, action.label))));
}

function drawStickers() {
  $('stickers').replaceChildren(...stickers.map(([stickerId, sign]) => h('button', {
    type: 'button', 'aria-label': `${t('stickers')} ${sign}`,
    onclick: () => attempt(() => api.say({ ...base(), sticker: { packageId: '1', stickerId } })),
  }, sign)));
}

function toggle(button, target) {
  button.addEventListener('click', () => {
    target.hidden = !target.hidden;
    button.setAttribute('aria-expanded', String(!target.hidden));
  });
}

function fit() {
  const text = $('text');
  text.style.height = 'auto';
  text.style.height = `${Math.min(text.scrollHeight + 2, 140)}px`;
}

function submit(event) {
  event.preventDefault();
  const text = $('text').value;
  if (text.trim() === '') return;
  $('text').value = '';
  fit();
  attempt(() => api.say({ ...base(), text }));
}

// localNow is the value that a datetime-local field wants, in the page's zone.
function localNow() {
  return new Date().toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T');
}

export function startCompose() {
  toggle($('sticker-toggle'), $('stickers'));
  toggle($('dated-toggle'), $('dated'));
  $('dated-toggle').addEventListener('click', () => { $('sent-at').value = localNow(); });
  $('sent-at-clear').addEventListener('click', () => $('dated-toggle').click());
  $('compose').addEventListener('submit', submit);
  $('text').addEventListener('input', fit);
  $('text').addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  });
  drawCompose();
}

// drawOdd reminds of what is odd about the next message.
export function drawOdd() {
  const odd = Object.entries(oddities).filter(([name]) => state.send[name]).map(([, label]) => t(label));
  if (state.send.copies > 1) odd.unshift(`×${state.send.copies}`);
  $('odd').textContent = odd.length > 0 ? `${t('sendTitle')}: ${odd.join(' ・ ')}` : '';
}

export function drawCompose() {
  drawOdd();
  $('text').placeholder = t('placeholder');
  drawStickers();
  drawMenu();
}
