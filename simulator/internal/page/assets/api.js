// Talks to the simulator's controls.

async function ask(path, method = 'GET', body = undefined) {
  const response = await fetch(path, {
    method,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? response.statusText);
  return answer;
}

const part = encodeURIComponent;

export const api = {
  world: () => ask('/sim/world'),
  rooms: (user) => ask(`/sim/rooms?user=${part(user)}`),
  messages: (room) => ask(`/sim/rooms/${part(room)}/messages`),
  say: (post) => ask('/sim/say', 'POST', post),
  press: (press) => ask('/sim/press', 'POST', press),
  setCallback: (bot, url) => ask(`/sim/bots/${part(bot)}/callback`, 'POST', { url }),
  credentials: (bot) => ask(`/sim/bots/${part(bot)}/credentials`),
  fail: (fault) => ask('/sim/faults', 'POST', fault),
  heal: () => ask('/sim/faults', 'DELETE'),
  revoke: () => ask('/sim/revoke', 'POST', {}),
  settings: (settings) => ask('/sim/settings', 'POST', settings),
  ledger: () => ask('/sim/ledger?last=30'),
};

// live calls back for each notice, and says when the stream comes and goes.
export function live(onNotice, onState) {
  const source = new EventSource('/sim/live');
  source.onopen = () => onState(true);
  source.onerror = () => onState(false);
  source.onmessage = (event) => onNotice(JSON.parse(event.data));
}
