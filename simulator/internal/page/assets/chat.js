// The messages of the open room.
import { $, clockTime, face, h, icon, zone } from './dom.js';
import { botOf, inLanguage, roomNow, state, stickers, tone, userOf } from './state.js';
import { pageLanguage, t } from './words.js';

let pressButton = () => {};
export const onPress = (handler) => { pressButton = handler; };

function dayOf(time) {
  const locale = pageLanguage() === 'en' ? 'en-GB' : 'ja-JP';
  return new Date(time).toLocaleDateString(locale, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short', timeZone: zone });
}

function statusOf(message) {
  const outcome = message.outcome;
  if (!outcome) return h('span', { class: 'state' }, t('delivering'));
  if (outcome === '200') return h('span', { class: 'state good' }, icon('M5 12.5l4.5 4.5L19 7.5'), t('delivered'));
  const known = /^\d{3}$/.test(outcome);
  const label = known ? t('failed', { s: outcome }) : t(outcome === 'no answer' ? 'noAnswer' : 'notSent');
  const why = known || outcome === 'no answer' ? null : h('span', { class: 'why', lang: 'en' }, outcome);
  return h('span', {}, h('span', { class: 'state bad' }, icon('M12 8v5M12 16.5v.1M12 3.5l9 16H3z'), label), why);
}

// withMentions shows <m userId="…"> as the name of the person.
function withMentions(text) {
  return text.split(/(<m userId="[^"]*">)/).map((part) => {
    const id = /^<m userId="([^"]*)">$/.exec(part)?.[1];
    if (id === undefined) return part;
    const user = userOf(id) ?? state.users.find((one) => one.email === id);
    return h('span', { class: 'mention' }, `@${id === 'all' ? 'All' : user?.name ?? id}`);
  });
}

function actionButton(message, action) {
  const label = inLanguage(action.labels, action.label);
  if (action.type === 'uri' && /^https?:/.test(action.uri)) {
    return h('a', { href: action.uri, target: '_blank', rel: 'noopener noreferrer' }, label);
  }
  return h('button', { type: 'button', onclick: () => pressButton(message, action) }, label);
}

function bubble(message) {
  if (message.kind === 'sticker') {
    const sign = stickers.find(([id]) => id === message.content?.stickerId)?.[1] ?? '🏷️';
    return h('div', { class: 'bubble sticker', role: 'img', 'aria-label': t('stickers') }, sign);
  }
  const text = inLanguage(message.texts, message.text);
  const node = h('div', { class: text ? 'bubble' : 'bubble odd' }, ...(text ? withMentions(text) : [t('unsupported', { k: message.kind })]));
  const tag = message.kind === 'postback' ? 'postback' : null;
  if (tag) node.append(h('span', { class: 'tag' }, t(tag)));
  if (message.buttons?.length) node.append(h('div', { class: 'buttons' }, ...message.buttons.map((action) => actionButton(message, action))));
  return node;
}

function row(message) {
  const mine = message.from === state.user;
  const name = message.fromBot ? botOf(message.from)?.name ?? t('bot') : userOf(message.from)?.name ?? message.from;
  const stamp = h('div', { class: 'stamp' }, h('time', { datetime: message.time }, clockTime(message.time)), message.fromBot ? null : statusOf(message));
  const line = h('div', { class: 'line' }, bubble(message), stamp);
  const props = { class: mine ? 'bubble-row mine' : 'bubble-row', 'data-id': message.id, 'data-day': dayOf(message.time) };
  if (mine) return h('div', props, h('span', { class: 'hidden' }, `${name}: `), line);
  return h('div', props, face(name, message.fromBot ? 'bot' : tone(message.from)), h('span', { class: 'who' }, name), line);
}

function drawQuick(messages) {
  const last = messages.at(-1);
  const actions = last?.fromBot ? last.quickReplies ?? [] : [];
  $('quick').replaceChildren(...actions.map((action) => actionButton(last, action)));
}

// keepAtEnd follows the newest message when the space for messages changes.
export function keepAtEnd() {
  const log = $('log');
  let atEnd = true;
  log.addEventListener('scroll', () => { atEnd = isNearEnd(log); }, { passive: true });
  new ResizeObserver(() => { if (atEnd) log.scrollTop = log.scrollHeight; }).observe(log);
}

const isNearEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 120;

// drawMessages shows the room from the start.
export function drawMessages() {
  const messages = state.messages.get(state.room) ?? [];
  const log = $('log');
  const rows = [];
  let day = '';
  for (const message of messages) {
    const node = row(message);
    if (node.dataset.day !== day) rows.push(h('p', { class: 'day' }, (day = node.dataset.day)));
    rows.push(node);
  }
  if (rows.length === 0) rows.push(h('p', { class: 'empty' }, h('b', {}, t('emptyTitle')), t('emptyText')));
  log.replaceChildren(...rows);
  drawQuick(messages);
  log.scrollTop = log.scrollHeight;
}

// drawMessage adds or replaces one message, so that only it is announced.
export function drawMessage(message) {
  const log = $('log');
  const near = isNearEnd(log);
  const node = row(message);
  const old = log.querySelector(`[data-id="${message.id}"]`);
  if (old) {
    old.replaceWith(node);
  } else {
    log.querySelector('.empty')?.remove();
    if (log.lastElementChild?.dataset.day !== node.dataset.day) log.append(h('p', { class: 'day' }, node.dataset.day));
    log.append(node);
  }
  drawQuick(state.messages.get(state.room) ?? []);
  if (near) log.scrollTop = log.scrollHeight;
}

// drawHead shows whose room this is, and warns when nothing can arrive.
export function drawHead(openPanel) {
  const room = roomNow();
  if (!room) return;
  const bot = botOf(room.bots[0]);
  const single = room.kind === 'SINGLE_USER';
  $('room-title').textContent = room.title;
  $('room-sub').textContent = single ? `${t('direct')} ・ ${t('bot')} ${bot?.id ?? ''}` : `${t('group')} ・ ${t('members', { n: room.members.length })}`;
  const picture = face(room.title, single ? 'bot' : 'group');
  picture.id = 'room-face';
  $('room-face').replaceWith(picture);
  const silent = bot && !(bot.enableCallback && bot.callbackUrl);
  $('notice').replaceChildren(...(silent ? [h('span', {}, t('noCallback')), h('button', { type: 'button', class: 'ghost small', onclick: openPanel }, t('setCallback'))] : []));
}
