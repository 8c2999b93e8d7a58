import { type Key, t } from "../../i18n";
import { Icon } from "../../ui/icon";

/**
 * What to do at LINE WORKS meanwhile, in steps. A screen has several of one title, so that none is a landmark.
 * 「…」 in a sentence are words on the screens there.
 */
export function Manual({ title, steps, note }: { title: string; steps: Key[]; note?: string }) {
  return (
    <div className="there" role="note" aria-label={title}>
      <h3>
        <Icon name="bot" />
        {title}
      </h3>
      <ol className="manual">
        {steps.map((key) => (
          <li key={key}>
            <span>{emphasise(t(key))}</span>
          </li>
        ))}
      </ol>
      {note && <p className="small muted">{note}</p>}
    </div>
  );
}

const japanese = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;

// The names of buttons and fields are set in bold, and read out in their language.
function emphasise(sentence: string) {
  return sentence.split(/(「[^」]+」|“[^”]+”)/).map((piece, i) => {
    if (!/^[「“]/.test(piece)) return piece;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence have no other name
      <b key={i} lang={japanese.test(piece) ? "ja" : undefined}>
        {piece}
      </b>
    );
  });
}
