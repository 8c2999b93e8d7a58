// The column with people and rooms.
import { $, clockTime, face, h } from './dom.js';
import { botOf, inLanguage, state, tone } from './state.js';
import { t } from './words.js';

// drawPeople shows who one can be. A radio group: arrow keys move the choice.
export function drawPeople(choose) {
  $('people').replaceChildren(...state.users.map((user) => h('label', { class: 'person' },
    h('input', { type: 'radio', name: 'person', value: user.id, checked: user.id === state.user, onchange: () => choose(user.id) }),
    face(user.name, tone(user.id)), h('b', {}, user.name))));
}

export function roomFace(room) {
  return room.kind === 'SINGLE_USER' ? face(room.title, 'bot') : face(room.title, 'group');
}

function preview(message) {
  if (!message) return t('emptyTitle');
  if (message.kind === 'sticker') return t('stickers');
  return inLanguage(message.texts, message.text) || t('unsupported', { k: message.kind });
}

function roomButton(room, open) {
  const unread = state.unread.get(room.id) ?? 0;
  const bot = botOf(room.bots[0]);
  const title = room.kind === 'SINGLE_USER' && bot?.apiVersion === 'V1' ? `${room.title} (API 1.0)` : room.title;
  return h('li', {}, h('button', { type: 'button', class: 'room', 'data-room': room.id, 'aria-current': room.id === state.room ? 'true' : undefined, onclick: () => open(room.id, true) },
    roomFace(room), h('b', {}, title), h('time', {}, room.last ? clockTime(room.last.time) : ''),
    h('span', { class: 'last' }, preview(room.last)),
    unread > 0 ? h('span', { class: 'unread', 'aria-label': t('unread', { n: unread }) }, String(unread)) : h('span')));
}

// drawRooms keeps the focus on the room that had it.
export function drawRooms(open) {
  const focused = document.activeElement?.dataset?.room;
  $('rooms').replaceChildren(...state.rooms.map((room) => roomButton(room, open)));
  if (focused) $('rooms').querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
}

export function drawLink(on) {
  $('link').dataset.on = String(on);
  $('link').textContent = t(on ? 'online' : 'offline');
}
