// 「送ってみる」: what a sentence would do under the settings on the screen.
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useId, useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { t, word } from "../../i18n";
import { Icon } from "../../ui/icon";

type Verdict = Schemas["TestPunchSettingsResponse"];

export function TrySentence({ id, settings }: { id: string; settings: Schemas["PunchSettingsInput"] }) {
  const [text, setText] = useState(t("try.example"));
  const [calm, setCalm] = useState({ text, settings });
  const key = JSON.stringify({ text, settings });
  useEffect(() => {
    const wait = setTimeout(() => setCalm(JSON.parse(key)), 300);
    return () => clearTimeout(wait);
  }, [key]);
  const verdict = useQuery({
    queryKey: ["try", id, calm],
    queryFn: () =>
      ask(
        api.POST("/v1/connections/{connection}/punchSettings:test", {
          params: { path: { connection: id } },
          body: { text: calm.text, punchSettings: calm.settings },
        }),
      ),
    enabled: calm.text.trim() !== "",
    placeholderData: (old) => old,
    retry: false,
    staleTime: 60_000,
  });
  const box = useId();
  return (
    <section className="say" aria-labelledby={`${box}-title`}>
      <h3 id={`${box}-title`}>
        <Icon name="send" />
        {t("try.title")}
      </h3>
      <label className="hidden" htmlFor={box}>
        {t("try.label")}
      </label>
      <input
        id={box}
        className="input"
        value={text}
        maxLength={2000}
        placeholder={t("try.placeholder")}
        onChange={(e) => setText(e.target.value)}
      />
      <div aria-live="polite" className="say">
        {text.trim() !== "" && <p className="said">{marked(calm.text, verdict.error ? undefined : verdict.data)}</p>}
        {text.trim() !== "" && verdict.data && !verdict.error && <Answer verdict={verdict.data} />}
        {verdict.error && <p className="answer">{t("try.invalid")}</p>}
      </div>
    </section>
  );
}

function Answer({ verdict }: { verdict: Verdict }) {
  return verdict.kind ? (
    <p className="answer">
      <strong>{verdict.kind === "UNDO" ? t("try.undo") : t("try.punch", { kind: word("kind", verdict.kind) })}</strong>
      <br />
      <span className="small muted">{verdict.explanation}</span>
    </p>
  ) : (
    <p className="answer">
      <strong>{t("try.none")}</strong>
      <br />
      <span className="small muted">{verdict.explanation}</span>
    </p>
  );
}

// The pieces that were found are marked; places are counted in code points.
function marked(text: string, verdict: Verdict | undefined): ReactNode[] {
  const points = [...text];
  const out: ReactNode[] = [];
  let at = 0;
  for (const f of [...(verdict?.found ?? [])].sort((a, b) => a.start - b.start)) {
    if (f.start < at) continue;
    out.push(
      points.slice(at, f.start).join(""),
      <mark key={f.start}>{points.slice(f.start, f.start + f.length).join("")}</mark>,
    );
    at = f.start + f.length;
  }
  out.push(points.slice(at).join(""));
  return out;
}
