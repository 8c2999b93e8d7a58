// Files that are dropped: into their zone, or beside it, where a browser would leave the screen for them.
import { type DragEvent, useEffect, useState } from "react";
import { say } from "./toast";

// Words that are dragged into a text box are none of this.
const carriesFile = (event: { dataTransfer: DataTransfer | null }) =>
  event.dataTransfer?.types.includes("Files") ?? false;

/** useDrop makes a zone of an element: whether a file is over it, and what the element listens to. */
export function useDrop(take: (file: File) => unknown) {
  const [over, setOver] = useState(false);
  const zone = {
    onDragOver: (event: DragEvent) => {
      if (!carriesFile(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      if (!carriesFile(event)) return;
      event.preventDefault();
      const [file] = event.dataTransfer.files;
      if (file) take(file);
    },
  };
  return { over, zone };
}

/** useStrayFiles keeps the screen when a file is dropped outside of every zone, and says where it belongs. */
export function useStrayFiles(where: string) {
  useEffect(() => {
    const hold = (event: globalThis.DragEvent) => {
      if (!carriesFile(event) || event.defaultPrevented) return; // its zone has it
      event.preventDefault();
      if (event.type === "drop") say(where, "bad");
    };
    addEventListener("dragover", hold);
    addEventListener("drop", hold);
    return () => {
      removeEventListener("dragover", hold);
      removeEventListener("drop", hold);
    };
  }, [where]);
}
