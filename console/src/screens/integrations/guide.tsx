// The guided set-up: enter, 確認, 送信, connect. Beside each step stands what to
// do in the LINE WORKS Developer Console meanwhile.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { api, ask } from "../../api/client";
import { ApiError, asApiError } from "../../api/error";
import { t } from "../../i18n";
import { Arrival } from "../../ui/arrival";
import { Button, ButtonAnchor } from "../../ui/button";
import { useStrayFiles } from "../../ui/drop";
import { FormBody, useForm } from "../../ui/form";
import { Leave } from "../../ui/leave";
import { Card, Failure, Notice, PageHead, Skeleton } from "../../ui/parts";
import { useReview } from "../../ui/review";
import { say } from "../../ui/toast";
import { Connect } from "./connect";
import { KeysStep } from "./keys-step";
import { PhrasesStep } from "./phrases-step";
import {
  type Credentials,
  connectionQuery,
  credentialsQuery,
  type PunchSettings,
  settingsQuery,
  tokensQuery,
} from "./queries";
import { Review } from "./review";
import { TokenStep } from "./token-step";
import { credentialsOf, type GuideValues, initialValues, missingKeys, secretFields, settingsOf, waits } from "./values";

const developerConsole = "https://developers.worksmobile.com/jp/console/";

export function Guide() {
  const { connection: id = "" } = useParams({ strict: false }) as { connection?: string };
  const connection = useQuery(connectionQuery(id));
  const settings = useQuery(settingsQuery(id));
  const credentials = useQuery(credentialsQuery(id));
  const tokens = useQuery(tokensQuery(id)); // so that the step of the token does not grow later
  // They are waited for once. When they are refused, as for want of a proof, their step says so and asks again, which
  // makes them pending anew: whoever took the steps away then would ask without end.
  const waiting = !tokens.isFetched;
  // What is on the screen stays there when it cannot be read again: keys are being typed into it.
  const failed = [connection, settings, credentials].find((query) => query.isLoadingError);
  const head = (
    <PageHead
      title={t("guide.title")}
      lead={t("guide.lead")}
      crumbs={[
        { to: "/settings", label: t("nav.settings") },
        { to: "/settings/integrations", label: t("nav.integrations") },
      ]}
    >
      <ButtonAnchor href={developerConsole} target="_blank" rel="noreferrer" icon="link">
        {t("guide.console")}
      </ButtonAnchor>
    </PageHead>
  );
  if (failed)
    return (
      <div className="stack">
        {head}
        <Failure error={failed.error} retry={failed.refetch} />
      </div>
    );
  if (!connection.data || !settings.data || credentials.data === undefined || waiting) {
    return (
      <div className="stack">
        {head}
        <Card>
          <Skeleton rows={8} />
        </Card>
      </div>
    );
  }
  return (
    <div className="stack">
      {head}
      <Steps id={id} settings={settings.data} credentials={credentials.data} />
    </div>
  );
}

const phases = ["enter", "review", "connect"] as const;

function Steps({
  id,
  settings,
  credentials,
}: {
  id: string;
  settings: PunchSettings;
  credentials: Credentials | null;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useForm<GuideValues>(initialValues(settings, credentials), {
    draft: `guide.${id}`,
    secret: [...secretFields],
    check: (v) => (v.keepKeys ? {} : missingKeys(v)),
  });
  const review = useReview<GuideValues, Credentials | null>(form);
  const phase = review.shown;

  const { keepKeys } = form.values;
  const label = form.values.apiVersion === "V1" ? t("guide.keys.authKey") : "Private Key";
  useStrayFiles(phase === "enter" && !keepKeys ? t("drop.beside", { label }) : t("drop.nowhere"));
  const stage = !keepKeys && waits(form.values, credentials);
  const refresh = () => queries.invalidateQueries({ queryKey: ["connection", id] });
  const store = async (v: GuideValues, validateOnly: boolean) => {
    const params = { path: { connection: id }, query: { validateOnly } };
    const keysParams = { path: { connection: id }, query: { validateOnly, stage } };
    const answers = await Promise.allSettled([
      ask(api.PUT("/v1/connections/{connection}/punchSettings", { params, body: settingsOf(v, settings.etag) })),
      keepKeys
        ? Promise.resolve(null)
        : ask(api.PUT("/v1/connections/{connection}/credentials", { params: keysParams, body: credentialsOf(v) })),
    ]);
    const failures = answers.filter((a) => a.status === "rejected").map((a) => asApiError(a.reason));
    const [settled, keys] = answers;
    if (!validateOnly) {
      // What is stored has another etag, with which 送信 goes on. The rest may come later, or nobody be there to answer.
      if (settled.status === "fulfilled") queries.setQueryData(settingsQuery(id).queryKey, settled.value);
      if (keys.status === "fulfilled" && keys.value) queries.setQueryData(credentialsQuery(id).queryKey, keys.value);
      void refresh();
    }
    if (failures.some((f) => f.reason === "ETAG_STALE")) await refresh(); // of what somebody else stored
    if (failures.length === 0) return keys.status === "fulfilled" ? keys.value : null;
    if (!validateOnly && keys.status === "fulfilled") form.set("keepKeys", true); // each change of keys ages those before
    throw together(failures);
  };
  const confirm = () => form.run(async (v) => review.show(await store(v, true)), true);
  const send = async () => {
    const sent = await form.run(async (v) => {
      await store(v, false);
      if (!stage) await review.go("connect", true); // what is sent is not reviewed again
    });
    if (!sent || !stage) return;
    say(t("keySet.stagedDone"));
    await navigate({ to: `/settings/integrations/${id}`, replace: true }); // the keys are sent: nothing is asked
  };

  const wrong = form.failure !== null || Object.keys(form.values).some((n) => form.problem(n as keyof GuideValues));
  return (
    <>
      <Leave />
      <ol className="steps across">
        {phases.map((p, i) => (
          <li
            key={p}
            className={p === phase ? "now" : i < phases.indexOf(phase) ? "done" : ""}
            aria-current={p === phase ? "step" : undefined}
          >
            {t(`guide.step.${p}`)}
          </li>
        ))}
      </ol>
      {phase === "connect" ? (
        <Arrival label={t("guide.step.connect")}>
          <Connect id={id} back={() => review.go(undefined)} />
        </Arrival>
      ) : phase === "review" ? (
        <Review
          form={form}
          credentials={keepKeys ? credentials : (review.found ?? null)}
          keptKeys={keepKeys}
          staged={stage}
          back={review.back}
          send={send}
        />
      ) : (
        <FormBody form={review.typing} names={[...Object.keys(form.values), "mode", "place"]} onSubmit={confirm}>
          <TokenStep id={id} />
          <PhrasesStep id={id} form={review.typing} etag={settings.etag} />
          <KeysStep form={review.typing} stored={credentials} />
          <Card
            foot={
              <>
                <Button type="submit" look="primary" busy={form.busy}>
                  {t("action.confirm")}
                </Button>
                {credentials && (
                  <Button look="secondary" onClick={() => review.go("connect")}>
                    {t("guide.toConnect")}
                  </Button>
                )}
              </>
            }
          >
            <div className="stack tight">
              <p className="muted small">{t("guide.confirmMore")}</p>
              {wrong && <Notice tone="bad" title={t("guide.seeAbove")} />}
            </div>
          </Card>
        </FormBody>
      )}
    </>
  );
}

// together makes one failure of several, with the fields of all.
function together(failures: ApiError[]): ApiError {
  const [first] = failures as [ApiError];
  if (failures.length === 1) return first;
  const fields = failures.flatMap((f) => f.fields);
  return new ApiError(first.status, {
    message: first.message,
    details: [
      { reason: first.reason },
      { fieldViolations: fields.map((f) => ({ field: f.field, description: f.text, reason: f.reason })) },
    ],
  });
}
