// The keys of a connection: those in use, those that wait, and those before.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api, ask } from "../../api/client";
import { useMay, useZone } from "../../api/session";
import { t } from "../../i18n";
import { moment } from "../../i18n/time";
import { Button, ButtonLink } from "../../ui/button";
import { useConfirm } from "../../ui/dialog";
import { Badge, Card, Failure, Notice, Skeleton } from "../../ui/parts";
import { say } from "../../ui/toast";
import { ConnectionTest } from "./connection-test";
import { KeyFacts } from "./keys-step";
import { type Credentials, credentialsQuery } from "./queries";

type Verb = "activate" | "discard" | "rollBack" | "retire";
type Ask = (verb: Verb, etag?: string) => void;

const send = (id: string, verb: Verb, etag?: string) => {
  const request = { params: { path: { connection: id } }, body: { etag } };
  switch (verb) {
    case "activate":
      return ask(api.POST("/v1/connections/{connection}/credentials:activate", request));
    case "discard":
      return ask(api.POST("/v1/connections/{connection}/credentials:discard", request));
    case "rollBack":
      return ask(api.POST("/v1/connections/{connection}/credentials:rollBack", request));
    case "retire":
      return ask(api.POST("/v1/connections/{connection}/credentials:retire", request));
  }
};

// Every change of the keys is asked about first.
function useDecision(id: string): [ReactNode, Ask] {
  const queries = useQueryClient();
  const [dialog, confirm] = useConfirm();
  const decide: Ask = (verb, etag) =>
    confirm({
      title: t(`keySet.${verb}`),
      text: t(`keySet.${verb}Text`),
      action: t(`keySet.${verb}`),
      danger: verb === "retire" || verb === "discard",
      run: async () => {
        await send(id, verb, etag);
        await queries.invalidateQueries({ queryKey: ["connection", id] });
        say(t(`keySet.${verb}Done`));
      },
    });
  return [dialog, decide];
}

/** The keys that wait, if there are any. */
export function StagedKeys({ id }: { id: string }) {
  const { data } = useQuery(credentialsQuery(id));
  const write = useMay()("integration.write");
  const [dialog, decide] = useDecision(id);
  return (
    <>
      {dialog}
      {data?.staged && <Staged id={id} staged={data.staged} write={write} decide={decide} />}
    </>
  );
}

/** The keys in use, and those before. */
export function Keys({ id }: { id: string }) {
  const credentials = useQuery(credentialsQuery(id));
  const write = useMay()("integration.write");
  const [dialog, decide] = useDecision(id);
  const c = credentials.data;
  return (
    <>
      {dialog}
      <Card
        title={t("guide.keys.title")}
        action={
          write && (
            <ButtonLink small to={`/settings/integrations/${id}/setup`} icon="edit">
              {t("action.edit")}
            </ButtonLink>
          )
        }
      >
        {credentials.error ? (
          <Failure error={credentials.error} retry={credentials.refetch} />
        ) : credentials.isPending ? (
          <Skeleton rows={4} />
        ) : !c ? (
          <p className="muted">{t("status.noKeys")}</p>
        ) : (
          <Current credentials={c} write={write} decide={decide} />
        )}
      </Card>
    </>
  );
}

/** That LINE WORKS has not said yet whether it accepts the keys; nothing once it has. */
export function Unproven({ credentials }: { credentials: Credentials | null | undefined }) {
  return credentials && !credentials.verified && <Notice tone="warn" title={t("keySet.unproven")} />;
}

type StagedProps = { id: string; staged: Credentials; write: boolean; decide: Ask };

// The way of a move from API 1.0 to 2.0: enter, test, switch, and back if need be.
function Staged({ id, staged, write, decide }: StagedProps) {
  const zone = useZone();
  return (
    <>
      <Card
        title={t("keySet.staged")}
        action={<Badge tone="info">{t("keySet.waiting")}</Badge>}
        foot={
          write && (
            <>
              <Button look="primary" icon="check" onClick={() => decide("activate", staged.etag)}>
                {t("keySet.activate")}
              </Button>
              <Button look="danger-quiet" icon="trash" onClick={() => decide("discard", staged.etag)}>
                {t("keySet.discard")}
              </Button>
            </>
          )
        }
      >
        <div className="stack">
          <p>{t("keySet.stagedLead")}</p>
          <Unproven credentials={staged} />
          <KeyFacts credentials={staged} />
          <p className="small muted">{t("status.keysSince", { time: moment(staged.updateTime, zone) })}</p>
        </div>
      </Card>
      {write && <ConnectionTest id={id} staged />}
    </>
  );
}

function Current({ credentials: c, write, decide }: { credentials: Credentials; write: boolean; decide: Ask }) {
  const zone = useZone();
  const previous = c.previous;
  return (
    <div className="stack">
      <Unproven credentials={c} />
      <KeyFacts credentials={c} />
      <p className="small muted">{t("status.keysSince", { time: moment(c.updateTime, zone) })}</p>
      {previous && (
        <Notice title={t("status.previous")}>
          <p>
            {previous.expireTime
              ? t("status.previousUntil", { time: moment(previous.expireTime, zone) })
              : t("status.previousStay")}
          </p>
          <KeyFacts credentials={previous} />
          {write && (
            <div className="buttons">
              <Button small icon="undo" onClick={() => decide("rollBack", c.etag)}>
                {t("keySet.rollBack")}
              </Button>
              <Button small look="danger-quiet" onClick={() => decide("retire", previous.etag)}>
                {t("keySet.retire")}
              </Button>
            </div>
          )}
        </Notice>
      )}
      {c.former.map((f) => (
        <Notice key={f.etag} title={t("keySet.former", { time: moment(f.expireTime, zone) })}>
          <KeyFacts credentials={f} />
          {write && (
            <div className="buttons">
              <Button small look="danger-quiet" onClick={() => decide("retire", f.etag)}>
                {t("keySet.retire")}
              </Button>
            </div>
          )}
        </Notice>
      ))}
    </div>
  );
}
