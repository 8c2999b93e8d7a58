import { Link, useRouter } from "@tanstack/react-router";
import { useSession } from "../api/session";
import { t, word } from "../i18n";
import { Button, ButtonLink } from "../ui/button";
import { Failure, PageHead } from "../ui/parts";
import { Brand } from "./brand";

/** An address that no screen has. */
export function NotFound() {
  return (
    <div className="welcome">
      <Brand />
      <main className="card">
        <div className="body stack">
          <PageHead title={t("lost.title")} lead={t("lost.text")} />
          <ButtonLink to="/" look="primary">
            {t("lost.home")}
          </ButtonLink>
        </div>
      </main>
    </div>
  );
}

/** A screen that the account may not use; it stands in the frame, since the others may be used. */
export function NotAllowed() {
  const { account } = useSession();
  return (
    <div className="stack measure">
      <PageHead title={t("lost.denied")} lead={t("lost.deniedText", { role: word("role", account?.role) })} />
      <div className="row">
        <ButtonLink to="/" look="primary">
          {t("lost.home")}
        </ButtonLink>
      </div>
    </div>
  );
}

/** A screen that could not be shown, for example after an update of the installation. */
export function Oops({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <div className="stack measure body-pad">
      <Failure error={error} />
      <div className="row">
        <Button look="primary" onClick={() => location.reload()}>
          {t("action.reload")}
        </Button>
        <Link to="/" onClick={() => router.invalidate()}>
          {t("lost.home")}
        </Link>
      </div>
    </div>
  );
}
