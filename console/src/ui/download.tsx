// Files of the door. The console fetches them itself, so that they are in the language of the screen and a refusal or an
// expired session is told here; a browser that follows a link sends its own language alone.
import { type ComponentProps, useState } from "react";
import { Button } from "./button";
import { sayFailure } from "./toast";

type DownloadProps = Omit<ComponentProps<typeof Button>, "onClick" | "busy"> & {
  /** What the file is called. */
  file: string;
  load: () => Promise<Blob>;
};

/** A button that saves a file. */
export function Download({ file, load, ...rest }: DownloadProps) {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      save(file, await load());
    } catch (error) {
      sayFailure(error);
    }
    setBusy(false);
  };
  return <Button icon="download" {...rest} busy={busy} onClick={go} />;
}

function save(file: string, content: Blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // some browsers begin to read it later
}
