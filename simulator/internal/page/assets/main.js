// Puts the page together: loads the world, follows it, and reacts to choices.
import { api, live } from './api.js';
import { drawHead, drawMessage, drawMessages, keepAtEnd, onPress } from './chat.js';
import { drawCompose, drawMenu, drawOdd, press, startCompose } from './compose.js';
import { $, option } from './dom.js';
import { drawPanel, onSendChange, refreshFaults, showPanel } from './panel.js';
import { drawLink, drawPeople, drawRooms } from './side.js';
import { languages, roomNow, state } from './state.js';
import { pageLanguage, setPageLanguage, t, translate } from './words.js';

let online = false;
const openCallback = () => showPanel(true, 'callback-url');

async function loadWorld() {
  Object.assign(state, await api.world());
  if (!state.users.some((user) => user.id === state.user)) state.user = state.users[0]?.id ?? null;
  if (state.user) state.rooms = await api.rooms(state.user);
}

async function choosePerson(id) {
  state.user = id;
  state.unread.clear();
  state.textLanguage = state.users.find((user) => user.id === id)?.language ?? 'ja_JP';
  $('text-language').value = state.textLanguage;
  state.rooms = await api.rooms(id);
  const same = state.rooms.find((room) => room.id === state.room);
  await openRoom((same ?? state.rooms[0])?.id, false);
}

async function openRoom(id, show) {
  if (!id) return;
  state.room = id;
  state.unread.delete(id);
  state.messages.set(id, await api.messages(id));
  drawRooms(openRoom);
  drawHead(openCallback);
  drawMessages();
  drawMenu();
  drawPanel();
  if (show) showTalk(true);
}

function showTalk(on) {
  document.body.dataset.view = on ? 'talk' : 'rooms';
  if (on && matchMedia('(max-width: 720px)').matches) $('back').focus();
  if (!on) $('rooms').querySelector('[aria-current]')?.focus();
}

function takeMessage(message) {
  const room = state.rooms.find((one) => one.id === message.room);
  if (!room) return;
  if (!room.last || room.last.id <= message.id) room.last = message;
  const known = state.messages.get(message.room);
  const at = known?.findIndex((one) => one.id === message.id) ?? -1;
  if (at >= 0) known[at] = message;
  else known?.push(message);
  if (message.room === state.room) drawMessage(message);
  else if (message.fromBot && at < 0) state.unread.set(message.room, (state.unread.get(message.room) ?? 0) + 1);
  drawRooms(openRoom);
}

async function refresh() {
  await loadWorld();
  drawPeople(choosePerson);
  if (!roomNow()) await openRoom(state.rooms[0]?.id, false);
  drawRooms(openRoom);
  drawHead(openCallback);
  drawMenu();
}

async function takeNotice(notice) {
  if (notice.kind === 'message') takeMessage(notice.data);
  else if (notice.kind === 'faults') {
    state.faults = (await api.world()).faults;
    refreshFaults();
  } else if (notice.kind === 'world') await refresh();
}

function drawAll() {
  translate();
  $('page-language').textContent = pageLanguage() === 'en' ? '日本語' : 'EN';
  $('page-language').setAttribute('aria-label', pageLanguage() === 'en' ? '日本語で表示' : 'Show in English');
  $('page-language').lang = pageLanguage() === 'en' ? 'ja' : 'en';
  drawLink(online);
  drawPeople(choosePerson);
  drawRooms(openRoom);
  drawHead(openCallback);
  drawMessages();
  drawCompose();
  drawPanel();
}

async function follow(on) {
  const again = on && !online && state.room;
  online = on;
  drawLink(on);
  if (!again) return;
  await refresh();
  await openRoom(state.room, false);
}

async function start() {
  $('text-language').replaceChildren(...languages.map(([code, name]) => option(code, name)));
  $('text-language').addEventListener('change', (event) => { state.textLanguage = event.currentTarget.value; drawMessages(); drawMenu(); drawRooms(openRoom); });
  $('page-language').addEventListener('click', () => { setPageLanguage(pageLanguage() === 'en' ? 'ja' : 'en'); drawAll(); });
  $('back').addEventListener('click', () => showTalk(false));
  $('panel-toggle').addEventListener('click', () => showPanel($('panel').hidden));
  $('panel').addEventListener('keydown', (event) => { if (event.key === 'Escape') showPanel(false); });
  onPress(press);
  onSendChange(drawOdd);
  translate();
  startCompose();
  keepAtEnd();
  await loadWorld();
  if (state.user) await choosePerson(state.user);
  drawAll();
  live(takeNotice, follow);
}

start().catch((error) => { $('notice').textContent = `${t('offline')} ${error.message}`; });
