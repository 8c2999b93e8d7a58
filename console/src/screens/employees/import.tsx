// CSV: first what it would do, row by row, then do it. Employees and, when a
// connection exists, links.
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { api, ask } from "../../api/client";
import { t, word } from "../../i18n";
import { Button, ButtonLink, FileButton } from "../../ui/button";
import { useDrop, useStrayFiles } from "../../ui/drop";
import { List } from "../../ui/list";
import { Badge, Card, Empty, Failure, Notice, PageHead, Segments, Tiles } from "../../ui/parts";
import { textOf } from "./file";
import "./import.css";
import { employeesQuery, linksQuery, resultTone, useConnected } from "./queries";

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
  const [refusal, setRefusal] = useState<ReactNode>(null);
  const head = useRef<HTMLDivElement>(null);

  // Where what was pressed is gone, or far below, whoever pressed it goes on where it is said what came of that.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is said changes with these
  useEffect(() => {
    const lost = document.activeElement === document.body;
    if (done || lost || (head.current?.getBoundingClientRect().top ?? 0) < 0) head.current?.focus();
  }, [preview, refusal, done]);

  const restart = () => {
    setCsv("");
    setName("");
    setPreview(null);
    setDone(false);
    setRefusal(null);
  };
  const go = async (text: string, validateOnly: boolean) => {
    setBusy(true);
    setRefusal(null);
    try {
      setPreview(await run(what, text, validateOnly));
      if (!validateOnly) {
        setDone(true);
        await Promise.all([queries.invalidateQueries(employeesQuery), queries.invalidateQueries(linksQuery)]);
      }
    } catch (error) {
      setRefusal(<Failure error={error} />);
    }
    setBusy(false);
  };
  const take = async (file: File) => {
    if (busy) return;
    setName(file.name);
    setRefusal(null);
    setBusy(true);
    const read = await textOf(file);
    if ("problem" in read) {
      setRefusal(<Unreadable problem={read.problem} file={file.name} />);
      setBusy(false);
      return;
    }
    const text = read.text || "\n"; // what is empty goes to the door, too, which says so
    setCsv(text);
    await go(text, true);
  };
  useStrayFiles(
    preview ? t("import.dropAnother", { label: t("import.another") }) : t("drop.beside", { label: t("import.drop") }),
  );
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
          disabled={busy}
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
      {(preview || refusal) && (
        <div ref={head} tabIndex={-1} className="stack">
          {refusal}
          {preview && done && <Notice tone="good" title={t("import.done")} />}
          {preview && !done && <Notice title={t("import.preview", { file: name })}>{t("import.previewMore")}</Notice>}
        </div>
      )}
      {!preview && <Choose what={what} name={name} busy={busy} take={take} />}
      {preview && (
        <>
          <Tiles
            tiles={(["created", "changed", "unchanged", "failed"] as const).map((k) => ({
              label: word("importCount", k),
              value: preview.counts[k],
              unit: t("unit.items"),
              tone: k === "failed" && preview.counts[k] > 0 ? ("bad" as const) : ("" as const),
            }))}
          />
          <Lines key={String(done)} outcome={preview} csv={csv} />
          <Actions done={done} busy={busy} n={storable} run={() => go(csv, false)} restart={restart} />
        </>
      )}
    </div>
  );
}

type Choosing = { what: What; name: string; busy: boolean; take: (file: File) => Promise<void> };

function Choose({ what, name, busy, take }: Choosing) {
  return (
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
  );
}

type Acting = { done: boolean; busy: boolean; n: number; run: () => unknown; restart: () => void };

/** What can be done with the rows; it stays in reach however many there are. */
function Actions({ done, busy, n, run, restart }: Acting) {
  if (done)
    return (
      <div className="card body-pad row import-actions no-print">
        <ButtonLink look="primary" to="/settings/employees">
          {t("nav.employees")}
        </ButtonLink>
        <Button onClick={restart}>{t("import.another")}</Button>
      </div>
    );
  return (
    <div className="card body-pad stack import-actions no-print">
      {busy && <Progress text={t("import.running", { n })} />}
      <div className="row">
        <Button look="primary" icon="send" busy={busy} disabled={n === 0} onClick={run}>
          {t("import.run", { n })}
        </Button>
        <Button icon="back" disabled={busy} onClick={restart}>
          {t("import.another")}
        </Button>
      </div>
    </div>
  );
}

/** What becomes of each line of a file, those with problems first. */
function Lines({ outcome, csv }: { outcome: Outcome; csv: string }) {
  const lines = csv.split(/\r\n|\r|\n/); // what a row says, where nothing is to be said of it
  const rows = [...outcome.rows].sort((a, b) => Number(b.result === "FAILED") - Number(a.result === "FAILED"));
  return (
    <List
      source={{ error: null, refetch: () => undefined }}
      rows={rows}
      id={(r) => String(r.line)}
      step={200}
      empty={<Empty icon="list" title={t("import.noLines")} />}
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

type Unread = { problem: "workbook" | "foreign" | "unread" | "tooLong"; file: string };

/** Says that a file is no table, or too long a one, and how to make one of it. */
function Unreadable({ problem, file }: Unread) {
  if (problem === "tooLong") return <Notice tone="bad" title={t("import.tooLong", { file })} />;
  return (
    <Notice tone="bad" title={t(`import.${problem}`)}>
      {t(problem === "unread" ? "import.chooseAgain" : "import.saveAs")}
    </Notice>
  );
}

function Drop({ busy, take }: { busy: boolean; take: (file: File) => Promise<void> }) {
  const { over, zone } = useDrop(take);
  return (
    <div className={`drop${over ? " over" : ""}`} {...zone}>
      <span className="muted">{t("import.drop")}</span>
      <FileButton icon="upload" look="primary" busy={busy} accept=".csv,.txt,.tsv,text/csv,text/plain" take={take}>
        {t("import.file")}
      </FileButton>
    </div>
  );
}
