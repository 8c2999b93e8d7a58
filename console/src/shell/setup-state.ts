// Whether the installation still waits for its first administrator. The admin
// door writes it into the page; once it is done it stays done.
const meta = () => document.querySelector<HTMLMetaElement>('meta[name="dakoku-setup"]');

export const isSetupOpen = () => meta()?.content === "open";

export function setupIsDone() {
  const tag = meta();
  if (tag) tag.content = "done";
}
