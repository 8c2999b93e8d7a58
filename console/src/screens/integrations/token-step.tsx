// Steps 4 and 5 of the guide: the API token and the callback URL.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, ask } from "../../api/client";
import { useZone } from "../../api/session";
import { t } from "../../i18n";
import { moment } from "../../i18n/time";
import { Button, CopyField } from "../../ui/button";
import { Card, Failure, Notice, Skeleton } from "../../ui/parts";
import { Manual } from "./manual";
import { tokensQuery } from "./queries";

/** The URL that is pasted in the Developer Console. */
export function CallbackUrl({ url }: { url: string }) {
  return (
    <div className="field">
      <span className="label">{t("guide.token.url")}</span>
      <CopyField value={url} label={t("guide.token.url")} />
      <span className="hint">{t("guide.token.urlHint")}</span>
    </div>
  );
}

export function TokenStep({ id }: { id: string }) {
  const tokens = useQuery(tokensQuery(id));
  const queries = useQueryClient();
  const zone = useZone();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const issue = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await ask(api.POST("/v1/connections/{connection}/tokens", { params: { path: { connection: id } }, body: {} }));
      await queries.invalidateQueries(tokensQuery(id));
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  };
  const token = tokens.data?.at(-1);
  return (
    <Card title={t("guide.token.title")} flush>
      <div className="beside">
        <div className="do">
          <p>{t("guide.token.lead")}</p>
          {failure !== null && <Failure error={failure} />}
          {tokens.isPending ? (
            <Skeleton rows={2} />
          ) : tokens.error ? (
            <Failure error={tokens.error} retry={tokens.refetch} />
          ) : token ? (
            <>
              <CallbackUrl url={token.callbackUrl} />
              <div className="field">
                <span className="label">{t("guide.token.token")}</span>
                <CopyField value={token.token} label={t("guide.token.token")} />
                <span className="hint">{t("guide.token.issued", { time: moment(token.createTime, zone) })}</span>
              </div>
              {!token.callbackUrl.startsWith("https://") && (
                <Notice tone="warn" title={t("guide.token.http")}>
                  {t("guide.token.httpMore")}
                </Notice>
              )}
            </>
          ) : (
            <div>
              <Button look="primary" icon="key" busy={busy} onClick={issue}>
                {t("guide.token.issue")}
              </Button>
            </div>
          )}
        </div>
        <Manual
          title={t("manual.console")}
          steps={["manual.token.1", "manual.token.2", "manual.token.3", "manual.token.4"]}
        />
      </div>
    </Card>
  );
}
