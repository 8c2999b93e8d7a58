// The name by which administrators tell connections apart; people who punch never see it.
import { useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { sentenceOf } from "../../api/error";
import { t } from "../../i18n";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { FormBody, useForm } from "../../ui/form";
import { TextField } from "../../ui/inputs";
import { say } from "../../ui/toast";
import { type Connection, integrationsQuery } from "./queries";

type Props = { id: string; connection: Connection; onClose: () => void };

export function Rename({ id, connection: c, onClose }: Props) {
  const queries = useQueryClient();
  const form = useForm(
    { displayName: c.displayName },
    { check: (v) => ({ displayName: v.displayName.trim() ? "" : t("form.required", { label: t("status.name") }) }) },
  );
  const rename = async (displayName: string, etag?: string) => {
    const params = { path: { connectionId: id } };
    const renamed = await ask(api.PATCH("/v1/connections/{connectionId}", { params, body: { displayName, etag } }));
    await Promise.all([
      queries.invalidateQueries({ queryKey: ["connection", id] }),
      queries.invalidateQueries(integrationsQuery),
    ]);
    return renamed.etag;
  };
  // Whoever renames it meanwhile keeps their name.
  const back = (etag?: string) =>
    rename(c.displayName, etag).then(
      () => say(t("status.renamed", { name: c.displayName })),
      (error) => say(sentenceOf(error), "bad"),
    );
  const submit = () =>
    form.run(async (v) => {
      const name = v.displayName.trim();
      const etag = await rename(name, c.etag);
      onClose();
      say(t("status.renamed", { name }), "good", () => back(etag));
    });
  return (
    <Dialog title={t("status.rename")} onClose={onClose}>
      <FormBody form={form} onSubmit={submit}>
        <TextField
          form={form}
          name="displayName"
          label={t("status.name")}
          hint={t("status.nameHint")}
          must
          maxLength={100}
          autoComplete="off"
        />
        <div className="buttons">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" look="primary" busy={form.busy}>
            {t("action.save")}
          </Button>
        </div>
      </FormBody>
    </Dialog>
  );
}
