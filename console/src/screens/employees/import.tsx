// CSV: first what it would do, row by row, then do it. Employees and, when a
// connection exists, links.
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, ask } from "../../api/client";
import { ApiError } from "../../api/error";
import { t, word } from "../../i18n";
import { Button, ButtonLink, FileButton } from "../../ui/button";
import { useDrop, useStrayFiles } from "../../ui/drop";
import { List } from "../../ui/list";
import { Badge, Card, Empty, Failure, Notice, PageHead, Segments, Tiles } from "../../ui/parts";
import { say } from "../../ui/toast";
import { employeesQuery, linksQuery, resultTone, useConnected } from "./queries";

const longest = 2 << 20; // bytes, more than which the door takes of no file

type Row = { line: number; number: string; result: string; what: string };
type Outcome = { rows: Row[]; counts: { created: number; changed: number; unchanged: number; failed: number } };
type What = "employees" | "links";

async function run(what: What, csv: string, validateOnly: boolean): Promise<Outcome> {
  const params = { query: { validateOnly } };
  const none = { created: 0, changed: 0, unchanged: 0, failed: 0 };
  if (what === "employees") {
    const answer = await ask(api.POST("/v1/employees:import", { params, body: { csv } }));
    const rows = answer.results.map((r) => ({
      line: r.line,
      number: r.employeeNumber ?? "",
      result: r.result ?? "",
      what: r.problems.map((p) => `${word("column", p.column)}: ${p.message}`).join(" "),
    }));
    return { rows, counts: answer.counts ?? none };
  }
  const answer = await ask(api.POST("/v1/accountLinks:import", { params, body: { csv } }));
  const rows = answer.results.map((r) => ({
    line: r.line,
    number: r.employeeNumber ?? "",
    result: r.result ?? "",
    what: r.message || r.lineWorksAccountId || "",
  }));
  return { rows, counts: answer.counts ?? none };
}

// What a file looks like, in the language of the screen.
const example = (what: What) => t(what === "employees" ? "import.exampleEmployees" : "import.exampleLinks");

export function ImportEmployees() {
  const connected = useConnected();
  const queries = useQueryClient();
  const [what, setWhat] = useState<What>("employees");
  const [csv, setCsv] = useState("");
  const [name, setName] = useState("");
  const [preview, setPreview] = useState<Outcome | null>(null);
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);

  const restart = () => {
    setCsv("");
    setName("");
    setPreview(null);
    setDone(false);
    setFailure(null);
  };
  const go = async (text: string, validateOnly: boolean) => {
    setBusy(true);
    setFailure(null);
    try {
      setPreview(await run(what, text, validateOnly));
      if (!validateOnly) {
        setDone(true);
        say(t("import.done"));
        await Promise.all([queries.invalidateQueries(employeesQuery), queries.invalidateQueries(linksQuery)]);
      }
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  const take = async (file: File) => {
    if (file.size > longest) {
      setFailure(new ApiError(413, { message: t("import.tooLong", { file: file.name }) }));
      return;
    }
    const text = decode(await file.arrayBuffer()) || "\n"; // what is empty goes to the door, too, which says so
    setName(file.name);
    setCsv(text);
    await go(text, true);
  };
  useStrayFiles(preview ? t("drop.nowhere") : t("drop.beside", { label: t("import.drop") }));
  const storable = (preview?.counts.created ?? 0) + (preview?.counts.changed ?? 0);
  return (
    <div className="stack">
      <PageHead
        title={t("import.title")}
        lead={t("import.lead")}
        crumbs={[
          { to: "/settings", label: t("nav.settings") },
          { to: "/settings/employees", label: t("nav.employees") },
        ]}
      />
      {connected !== false && (
        <Segments
          label={t("import.what")}
          value={what}
          options={[
            { value: "employees", label: t("import.employees") },
            { value: "links", label: t("import.links") },
          ]}
          onChange={(v) => {
            restart();
            setWhat(v);
          }}
        />
      )}
      {!preview && failure !== null && <Failure error={failure} />}
      {!preview && (
        <Card title={t("import.choose")}>
          <div className="stack">
            <Drop busy={busy} take={take} />
            {busy && <Progress text={t("import.reading", { file: name })} />}
            <p className="small muted">{t(what === "employees" ? "import.columns" : "import.linkColumns")}</p>
            <pre className="sample mono">{example(what)}</pre>
            <div>
              <a
                className="button secondary small"
                download={`${what}.csv`}
                href={`data:text/csv;charset=utf-8,%EF%BB%BF${encodeURIComponent(example(what))}`}
              >
                {t("import.sample")}
              </a>
            </div>
          </div>
        </Card>
      )}
      {preview && (
        <>
          {failure !== null && <Failure error={failure} />}
          {busy && <Progress text={t("import.running", { n: storable })} />}
          {done ? (
            <Notice tone="good" title={t("import.done")} />
          ) : (
            <Notice title={t("import.preview", { file: name })}>{t("import.previewMore")}</Notice>
          )}
          <Tiles
            tiles={(["created", "changed", "unchanged", "failed"] as const).map((k) => ({
              label: word("importCount", k),
              value: preview.counts[k],
              unit: t("unit.items"),
              tone: k === "failed" && preview.counts[k] > 0 ? ("bad" as const) : ("" as const),
            }))}
          />
          <Lines
            key={String(done)}
            outcome={preview}
            csv={csv}
            foot={
              done ? (
                <>
                  <ButtonLink look="primary" to="/settings/employees">
                    {t("nav.employees")}
                  </ButtonLink>
                  <Button onClick={restart}>{t("import.another")}</Button>
                </>
              ) : (
                <>
                  <Button
                    look="primary"
                    icon="send"
                    busy={busy}
                    disabled={storable === 0}
                    onClick={() => go(csv, false)}
                  >
                    {t("import.run", { n: storable })}
                  </Button>
                  <Button icon="back" onClick={restart}>
                    {t("import.another")}
                  </Button>
                </>
              )
            }
          />
        </>
      )}
    </div>
  );
}

/** What becomes of each line of a file, those with problems first. */
function Lines({ outcome, csv, foot }: { outcome: Outcome; csv: string; foot: ReactNode }) {
  const lines = csv.split(/\r\n|\r|\n/); // what a row says, where nothing is to be said of it
  const rows = [...outcome.rows].sort((a, b) => Number(b.result === "FAILED") - Number(a.result === "FAILED"));
  return (
    <List
      source={{ error: null, refetch: () => undefined }}
      rows={rows}
      id={(r) => String(r.line)}
      step={200}
      empty={<Empty icon="list" title={t("import.noLines")} />}
      foot={<div className="row">{foot}</div>}
      columns={[
        { label: t("import.line"), kind: "figure", cell: (r) => r.line },
        { label: t("employee.number"), kind: "head", cell: (r) => r.number },
        {
          label: t("import.result"),
          cell: (r) => <Badge tone={resultTone(r.result)}>{word("importResult", r.result)}</Badge>,
        },
        {
          label: t("import.detail"),
          kind: "broad",
          cell: (r) => r.what || <span className="muted">{lines[r.line - 1]}</span>,
        },
      ]}
    />
  );
}

function Progress({ text }: { text: string }) {
  return (
    <div className="stack tight late" role="status">
      <div className="progress">
        <span />
      </div>
      <span className="small muted">{text}</span>
    </div>
  );
}

// Spreadsheets in Japan still write Shift_JIS.
function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("shift_jis").decode(bytes);
  }
}

function Drop({ busy, take }: { busy: boolean; take: (file: File) => Promise<void> }) {
  const { over, zone } = useDrop(take);
  return (
    <div className={`drop${over ? " over" : ""}`} {...zone}>
      <span className="muted">{t("import.drop")}</span>
      <FileButton icon="upload" look="primary" busy={busy} accept=".csv,text/csv" take={take}>
        {t("import.file")}
      </FileButton>
    </div>
  );
}
