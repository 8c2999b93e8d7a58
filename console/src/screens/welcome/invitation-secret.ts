// The secret of an invitation link stands behind the # of the address. It is
// taken out at once, so that it stays in no history and no screenshot.
let secret = "";

export function takeInvitation() {
  const found = /^#invitation=(.+)$/.exec(location.hash);
  if (!found?.[1]) return;
  secret = decodeURIComponent(found[1]);
  history.replaceState(null, "", "/invitation");
}

export const invitationSecret = () => secret;
