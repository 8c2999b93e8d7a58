// Every word of the page, in Japanese and English.

const ja = {
  title: 'トークシミュレーター', subtitle: 'LINE WORKS の代役', skip: 'メッセージ入力へ移動', navigation: 'メンバーとトークルーム',
  speakAs: '誰として話しますか', rooms: 'トークルーム', talk: 'トーク', backToRooms: 'トークルーム一覧へ戻る',
  textLanguage: '表示言語', panel: '操作パネル', messages: 'メッセージ', quickReplies: 'クイック返信', menu: '打刻ボタン',
  stickers: 'スタンプ', sentAt: '送信日時', backdate: '送信日時を指定', now: '現在に戻す', message: 'メッセージ', send: '送信',
  placeholder: '「出勤」と送ってみましょう', online: '接続中', offline: '再接続しています…',
  direct: '1:1 トーク', group: 'グループ', members: '{n}人', bot: 'Bot',
  noCallback: 'この Bot にはコールバック URL が設定されていません。送信してもイベントは届きません。', setCallback: '設定する',
  emptyTitle: 'まだメッセージはありません', emptyText: '下の打刻ボタンを押すか、メッセージを送ってください。',
  delivering: '配信中', delivered: '200 配信済み', failed: '{s} 配信失敗', noAnswer: '応答なし', notSent: '未配信', postback: 'ポストバック',
  unread: '未読 {n} 件', close: '閉じる', unsupported: '{k} メッセージ', copied: 'コピーしました',
  callbackTitle: 'コールバック', callbackUrl: 'コールバック URL', save: '保存', saved: '保存しました', showSecrets: '認証情報を表示',
  hideSecrets: '認証情報を隠す', copyJson: 'JSON をコピー', sendTitle: '次からの送信', copies: '配信回数', together: '同時に配信する',
  breakSignature: '署名を壊す', escapeSlashes: '/ を \\/ と書く', spaces: '空白と改行を入れる', unknownType: '未知のイベント種別',
  shapeHint: '通常は 1 回。変更は次の送信から効きます。', faultTitle: '障害を起こす', faultClass: '対象', faultKind: '種類', times: '回数',
  untilCleared: '解除まで', play: '起こす', clear: 'すべて解除', noFaults: '起きている障害はありません。', revoke: 'トークンを失効させる',
  revoked: 'すべてのトークンを失効させました', ledger: '通信記録', reload: '更新', rate: 'API 上限(回/分)',
  token: 'トークン取得', users: 'ユーザー照会', messagesClass: 'メッセージ送信', bots: 'Bot 管理', every: 'すべて',
  f401: '401 認証エラー', f403: '403 権限なし', f429: '429 上限超過', f429b: '429(ヘッダーなし)', f500: '500 内部エラー', f503: '503 利用不可',
  delay: '5 秒の遅延', drop: '受理後に切断', left: '残り {n} 回', callOf: 'API', eventOf: 'コールバック',
};

const en = {
  title: 'Talk Simulator', subtitle: 'Stand-in for LINE WORKS', skip: 'Go to the message field', navigation: 'People and rooms',
  speakAs: 'Speak as', rooms: 'Rooms', talk: 'Talk', backToRooms: 'Back to the rooms',
  textLanguage: 'Language of texts', panel: 'Control panel', messages: 'Messages', quickReplies: 'Quick replies', menu: 'Punch buttons',
  stickers: 'Stickers', sentAt: 'Sent at', backdate: 'Choose when it was sent', now: 'Back to now', message: 'Message', send: 'Send',
  placeholder: 'Try sending 出勤', online: 'Connected', offline: 'Connecting again…',
  direct: '1:1 talk', group: 'Group', members: '{n} people', bot: 'Bot',
  noCallback: 'This bot has no callback URL. Nothing that you send is delivered.', setCallback: 'Set it',
  emptyTitle: 'No messages yet', emptyText: 'Press a punch button below, or send a message.',
  delivering: 'Delivering', delivered: '200 delivered', failed: '{s} failed', noAnswer: 'No answer', notSent: 'Not sent', postback: 'postback',
  unread: '{n} unread', close: 'Close', unsupported: '{k} message', copied: 'Copied',
  callbackTitle: 'Callback', callbackUrl: 'Callback URL', save: 'Save', saved: 'Saved', showSecrets: 'Show credentials',
  hideSecrets: 'Hide credentials', copyJson: 'Copy JSON', sendTitle: 'From the next message on', copies: 'Deliveries', together: 'Deliver all at once',
  breakSignature: 'Break the signature', escapeSlashes: 'Write / as \\/', spaces: 'Spaces and a line feed', unknownType: 'Unknown event type',
  shapeHint: 'Once is normal. Changes count from the next message on.', faultTitle: 'Cause a fault', faultClass: 'Where', faultKind: 'What', times: 'How often',
  untilCleared: 'Until cleared', play: 'Cause it', clear: 'Clear all', noFaults: 'Nothing is failing.', revoke: 'Revoke all tokens',
  revoked: 'All tokens are revoked', ledger: 'Traffic', reload: 'Reload', rate: 'API limit (per minute)',
  token: 'Tokens', users: 'User look-up', messagesClass: 'Sending messages', bots: 'Bots', every: 'Everything',
  f401: '401 unauthorized', f403: '403 forbidden', f429: '429 rate limit', f429b: '429 without headers', f500: '500 internal error', f503: '503 unavailable',
  delay: '5 s delay', drop: 'Taken, then cut off', left: '{n} to go', callOf: 'API', eventOf: 'callback',
};

const stored = () => { try { return localStorage.getItem('page-language'); } catch { return null; } };
let language = stored() === 'en' ? 'en' : 'ja';

export const pageLanguage = () => language;

export function setPageLanguage(next) {
  language = next;
  try { localStorage.setItem('page-language', next); } catch { /* private mode: kept for this visit */ }
}

// t gives the words for a key, with {name} filled in.
export function t(key, values = {}) {
  const words = (language === 'en' ? en : ja)[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

// translate fills everything in the document that names a key.
export function translate(root = document) {
  for (const node of root.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll('[data-label]')) {
    node.setAttribute('aria-label', t(node.dataset.label));
    if (node.matches('button')) node.title = t(node.dataset.label);
  }
  document.documentElement.lang = language;
  document.title = t('title');
}
