// What the page knows, and who is told when it changes.

export const state = {
  users: [], bots: [], faults: [], settings: {}, rooms: [],
  user: null, room: null, textLanguage: 'ja_JP', messages: new Map(), unread: new Map(),
  send: { copies: 1, concurrent: false, breakSignature: false, escapeSlashes: false, spaces: false, unknownType: false },
};

export const languages = [['ja_JP', '日本語'], ['en_US', 'English'], ['ko_KR', '한국어'], ['zh_CN', '简体中文'], ['zh_TW', '繁體中文']];

export const userOf = (id) => state.users.find((user) => user.id === id);
export const botOf = (id) => state.bots.find((bot) => bot.id === id);
export const roomNow = () => state.rooms.find((room) => room.id === state.room);
export const botNow = () => botOf(roomNow()?.bots[0]);

// tone picks the colour of a person's picture.
export const tone = (id) => `tone-${Math.max(state.users.findIndex((user) => user.id === id), 0) % 6}`;

// inLanguage picks a translated text.
export const inLanguage = (texts, fallback) => texts?.[state.textLanguage] ?? fallback ?? '';

export const stickers = [['1', '😀'], ['2', '👍'], ['3', '🙏'], ['4', '🎉'], ['5', '☕'], ['6', '🍱'], ['7', '🏃'], ['8', '💤']];
