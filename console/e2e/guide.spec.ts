// The kincone guide from 1.1 to a punch and to 差戻し, by mouse and keyboard, in
// a browser, on the real system.
import { expect, type Locator, type Page, test } from "@playwright/test";
import { type Installation, start } from "./installation";
import { fillKeys } from "./keys";
import { look, watch } from "./look";

const password = "とても長いパスワード-2026-abc";
let dakoku: Installation;
let page: Page;
let complaints: string[];

test.describe.configure({ mode: "serial" });

test.beforeAll(async ({ browser }) => {
  test.setTimeout(900_000);
  dakoku = await start();
  const context = await browser.newContext({
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    viewport: { width: 1280, height: 860 },
    permissions: ["clipboard-read", "clipboard-write"],
    baseURL: dakoku.admin,
  });
  page = await context.newPage();
  complaints = watch(page, dakoku.admin);
});

test.afterAll(async () => {
  await dakoku?.stop();
});

test.afterEach(() => {
  expect(complaints).toEqual([]);
});

const press = (name: string | RegExp) =>
  page
    .getByRole("button", { name, exact: typeof name === "string" })
    .first()
    .click();
const title = (name: string | RegExp) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

// A password is dear to check; on a machine that does much else the door may give up and ask to try again.
const pressUntil = (button: string, shown: Locator) =>
  expect(async () => {
    if (!(await shown.isVisible())) await press(button);
    await expect(shown).toBeVisible({ timeout: 20_000 });
  }).toPass({ timeout: 240_000 });

const aMinuteAgo = () =>
  new Intl.DateTimeFormat("ja-JP", {
    timeZone: "Asia/Tokyo",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(Date.now() - 60_000);

async function bot() {
  const world = (await (await fetch(`${dakoku.platform}/sim/world`)).json()) as {
    bots: { id: string; apiVersion: string }[];
    users: { id: string; email: string }[];
  };
  const id = world.bots.find((b) => b.apiVersion === "V2")?.id ?? "";
  const keys = (await (await fetch(`${dakoku.platform}/sim/bots/${id}/credentials`)).json()) as Record<string, string>;
  return { id, keys, users: world.users };
}

async function say(user: string, text: string) {
  const { id } = await bot();
  const answer = await fetch(`${dakoku.platform}/sim/say`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user, bot: id, text }),
  });
  expect(answer.status).toBe(200);
}

test("the first administrator sets the installation up", async () => {
  await page.goto("/");
  await title("Dakoku をはじめる");
  await press("利用を開始する");
  await expect(page.getByText("会社名を入力してください。")).toBeVisible();
  await look(page, "setup");
  await page.getByLabel("セットアップシークレット").fill(dakoku.secret);
  await page.getByLabel("会社名").fill("株式会社サンプル商事");
  await page.getByLabel("氏名").fill("山田 花子");
  await page.getByLabel("メールアドレス").fill("yamada@example.co.jp");
  await page.getByLabel("パスワード必須").fill(password);
  await page.getByLabel("パスワード(確認)").fill(password);
  await page.reload();
  await expect(page.getByLabel("会社名")).toHaveValue("株式会社サンプル商事");
  await expect(page.getByLabel("セットアップシークレット")).toHaveValue("");
  await page.getByLabel("セットアップシークレット").fill(dakoku.secret);
  await page.getByLabel("パスワード必須").fill(password);
  await page.getByLabel("パスワード(確認)").fill(password);
  await pressUntil("利用を開始する", page.getByRole("heading", { level: 1, name: "連携サービスの設定" }));
});

test("連携サービスから打刻する: LINE WORKS の「追加」", async () => {
  await page.getByRole("link", { name: "設定", exact: true }).first().click();
  await title("設定");
  await look(page, "settings");
  await page.getByRole("link", { name: /連携サービスの設定/ }).click();
  await expect(page.getByRole("heading", { name: "連携サービスから打刻する" })).toBeVisible();
  await look(page, "integrations");
  await press("LINE WORKS を追加");
  await title("LINE WORKS 連携の設定");
});

test("APIトークン, 打刻設定, キー, 確認 and 送信", async () => {
  await press("APIトークンを発行する");
  await expect(page.getByText(/\/v1\/lineworks\/attendance\/dkt_/)).toBeVisible();
  await press("Callback URLをコピー");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain("/v1/lineworks/attendance/dkt_");

  await page.getByRole("textbox", { name: "出勤" }).fill("おはよう");
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "退勤" }).fill("おはよう");
  await page.keyboard.press("Enter");
  await expect(page.getByText("「おはよう」は 退勤 にも登録されています。")).toBeVisible();
  await page.getByRole("list", { name: "退勤" }).getByRole("button", { name: "「おはよう」を削除" }).click();
  await page.getByLabel("試す文章").fill("部長、おはようございます");
  await expect(page.getByText("「出勤」として打刻されます")).toBeVisible();

  await press("確認");
  await expect(page.getByText("入力内容を確認してください。上の項目に修正が必要です。")).toBeVisible();
  await look(page, "guide-problems");

  const { keys } = await bot();
  await fillKeys(page, keys);
  await look(page, "guide");
  await page.context().clearCookies(); // the session is gone, what is typed is not
  // What the screen asks by itself may have been told first, and the log-in stand above the button.
  await page.getByRole("button", { name: "確認", exact: true }).dispatchEvent("click");
  await expect(page.getByRole("dialog", { name: "もう一度ログインしてください" })).toBeVisible();
  await look(page, "session-expired");
  await page.getByRole("dialog").getByLabel("パスワード").fill(password);
  await page.getByRole("dialog").getByRole("button", { name: "ログイン", exact: true }).click();
  await expect(page.getByText("内容をご確認ください")).toBeVisible();
  await expect(page.getByText("LINE WORKS に Bot があります。")).toBeVisible();
  await look(page, "guide-review");
  await press("送信");
  await expect(page.getByRole("heading", { name: "連携の有効化" })).toBeVisible();
});

test("有効化, 登録, 接続テスト and the first message", async () => {
  await press("連携を有効にする");
  await expect(page.getByText("連携は有効です。")).toBeVisible();
  await press("Callback URL を登録する");
  await press("打刻ボタンを登録する");
  await expect(page.getByText(/固定メニューに\d+個のボタンを登録しました: .*出勤/)).toBeVisible();
  await press("接続テストを実行");
  await expect(page.getByRole("button", { name: "もう一度テストする" })).toBeVisible();
  const { users } = await bot();
  await say(users[0]?.id ?? "", "出勤");
  await expect(page.getByText("送信した人が従業員に紐付いていません。")).toBeVisible();
  await look(page, "guide-connect");
  await page.getByRole("link", { name: "連携の状況を見る" }).click();
  await expect(page.getByRole("heading", { name: "受信と返信の推移" })).toBeVisible();
  await look(page, "connection");
});

test("従業員一覧 and LINE WORKS のアカウントID", async () => {
  const { users } = await bot();
  await page.getByRole("link", { name: "従業員一覧" }).first().click();
  await expect(page.getByText("従業員がまだいません")).toBeVisible();
  await look(page, "employees-empty");
  await page.getByRole("link", { name: "従業員を追加" }).first().click();
  await page.getByLabel("社員番号").fill("0001");
  await page.getByLabel("氏名").fill("佐藤 花子");
  await page.getByLabel("部署").fill("営業部");
  await page.getByLabel("LINE WORKS のアカウントID").fill(users[0]?.email ?? "");
  await look(page, "employee");
  await press("確認");
  await expect(page.getByText("内容をご確認ください")).toBeVisible();
  await look(page, "employee-review");
  await press("送信");
  await title("従業員一覧");
  await expect(page.getByText(users[0]?.email ?? "")).toBeVisible();

  await page.getByRole("link", { name: "CSVで取り込む" }).click();
  const csv = `employee_number,display_name,email,department\n0002,鈴木 太郎,${users[1]?.email},営業部\n0003,田中 美咲,${users[2]?.email},開発部\n,名無し,,\n`;
  await page
    .locator('input[type="file"]')
    .setInputFiles({ name: "従業員.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  await expect(page.getByText("従業員.csv の確認結果")).toBeVisible();
  await look(page, "import");
  await press("2件を取り込む");
  await expect(page.getByRole("main").getByText("取り込みが完了しました。")).toBeVisible();

  await page.getByRole("link", { name: "従業員一覧" }).first().click();
  await page.getByRole("link", { name: "未登録の送信者" }).first().click();
  await press("照合してみる");
  await expect(page.getByText("確認結果です。まだ保存されていません。")).toBeVisible();
  await press(/人に反映する/);
  await expect(page.getByText("同期が完了しました。")).toBeVisible();
  await look(page, "senders");
  await page.getByRole("link", { name: "従業員一覧" }).first().click();
  await expect(page.getByText("田中 美咲")).toBeVisible();
  await look(page, "employees");
});

test("a punch, 申請, a held punch, 差戻し and a correction", async () => {
  const { users } = await bot();
  await page.getByRole("link", { name: "今日の勤怠" }).click();
  await say(users[0]?.id ?? "", "おはようございます");
  await say(users[1]?.id ?? "", "出勤");
  await expect(page.getByRole("row", { name: /佐藤 花子.*勤務中/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /鈴木 太郎.*勤務中/ })).toBeVisible();
  await say(users[1]?.id ?? "", "休憩");
  await expect(page.getByRole("row", { name: /鈴木 太郎.*休憩中/ })).toBeVisible();
  await look(page, "today");

  await page.getByRole("link", { name: "佐藤 花子" }).click();
  await title(/佐藤 花子 さんの/);
  await press("申請");
  await look(page, "month-submit");
  await page.getByRole("dialog").getByRole("button", { name: "申請" }).click();
  await expect(page.getByText("この勤怠は申請済みです。")).toBeVisible();
  await say(users[0]?.id ?? "", "退勤");

  await page.getByRole("link", { name: /^保留中の打刻/ }).click();
  await expect(page.getByRole("row", { name: /佐藤 花子/ })).toBeVisible();
  await look(page, "held");

  await page.getByRole("link", { name: "勤怠一覧" }).first().click();
  await expect(page.getByRole("row", { name: /佐藤 花子.*申請済み/ })).toBeVisible();
  await page.getByLabel("佐藤 花子 を選択").check();
  await look(page, "timesheets");
  await page.getByRole("link", { name: "佐藤 花子" }).click();
  await press("差戻し");
  await page.getByRole("dialog").getByRole("button", { name: "差戻し" }).click();
  await expect(page.getByText("差戻しの理由を入力してください。")).toBeVisible();
  await page.getByLabel("差戻しの理由").fill("退勤の打刻を確認してください。");
  await page.getByRole("dialog").getByRole("button", { name: "差戻し" }).click();
  await expect(page.getByText("差戻しされています")).toBeVisible();

  await page.getByRole("link", { name: /^保留中の打刻/ }).click();
  await press(/^佐藤 花子 さんの「退勤」.*を打刻にする$/);
  await page.getByRole("dialog").getByRole("button", { name: "打刻にする" }).click();
  await expect(page.getByText("保留中の打刻はありません")).toBeVisible();

  await page.getByRole("link", { name: "勤怠一覧" }).first().click();
  await page.getByRole("link", { name: "佐藤 花子" }).click();
  await page
    .getByRole("button", { name: /の打刻を表示/ })
    .first()
    .click();
  await press(/を訂正$/);
  await page.getByRole("dialog").getByLabel("時刻").fill(aMinuteAgo());
  await page.getByRole("dialog").getByLabel("理由").fill("入館記録と照合しました");
  await look(page, "correct");
  await press("記録する");
  await expect(page.getByText(/訂正: 山田 花子 「入館記録と照合しました」/)).toBeVisible();
  await look(page, "month");
  await page.getByRole("link", { name: "受信イベント" }).click();
  await expect(page.getByText("従業員に紐付いていない")).toBeVisible();
  await look(page, "events");
});

test("company, rules, accounts, keys and the own profile", async () => {
  await page.getByRole("link", { name: "会社情報" }).click();
  await expect(page.getByLabel("会社名")).toHaveValue("株式会社サンプル商事");
  await look(page, "company");
  await page.getByRole("link", { name: "勤務ルール" }).click();
  await expect(page.getByLabel("業務日の切り替え時刻")).toHaveValue("05:00");
  await look(page, "rules");
  await page.getByRole("link", { name: "アカウント", exact: true }).click();
  await press("アカウントを追加");
  await page.getByRole("dialog").getByLabel("氏名").fill("鈴木 太郎");
  await page.getByRole("dialog").getByLabel("メールアドレス").fill("suzuki@example.co.jp");
  await page.getByRole("dialog").getByLabel("対応する従業員").selectOption({ label: "0002 鈴木 太郎" });
  await look(page, "account-new");
  await press("追加して招待リンクを発行");
  const link = await page.getByRole("dialog").locator("code").textContent();
  await press("閉じる");
  await expect(page.getByRole("row", { name: /鈴木 太郎.*招待中/ })).toBeVisible();
  await look(page, "accounts");
  await page.getByRole("link", { name: "APIキー" }).click();
  await press("APIキーを発行");
  await page.getByRole("dialog").getByLabel("名前").fill("給与システム連携");
  await page.getByRole("dialog").getByRole("button", { name: "APIキーを発行" }).click();
  await expect(page.getByText(/^dkk_/)).toBeVisible();
  await press("閉じる");
  await look(page, "keys");
  await page.getByRole("link", { name: "監査ログ" }).click();
  await expect(page.getByRole("row", { name: /山田 花子.*127\.0\.0\.1.*APIキーの発行/ })).toBeVisible();
  await page.getByLabel("操作", { exact: true }).selectOption({ label: "従業員の取り込み" });
  await expect(page.getByRole("row", { name: /従業員の取り込み.*鈴木 太郎.*田中 美咲/ })).toBeVisible();
  await look(page, "audit");
  await page.getByLabel("終了日").fill("2020-01-01");
  await expect(page.getByText("該当する監査記録はありません")).toBeVisible();
  await press("条件をすべて解除");
  await expect(page.getByRole("row", { name: /初期設定/ })).toBeVisible();
  await page.getByRole("button", { name: /^山田 花子/ }).click();
  await page.getByRole("link", { name: "プロフィール" }).click();
  await expect(page.getByText("この端末")).toBeVisible();
  await page.getByLabel("本人確認のため、パスワードを入力してください").fill(password);
  await pressUntil("設定をはじめる", page.getByRole("img", { name: "認証アプリで読み取るQRコード" }));
  await look(page, "profile");

  const employee = await page
    .context()
    .browser()
    ?.newContext({ locale: "ja-JP", timezoneId: "Asia/Tokyo", viewport: { width: 1280, height: 860 } });
  const hers = await employee?.newPage();
  if (!hers || !link) throw new Error("no second browser");
  await hers.goto(link.replace(/^http:\/\/[^/]+/, dakoku.admin));
  await expect(hers.getByRole("heading", { level: 1, name: "パスワードの設定" })).toBeVisible();
  expect(hers.url()).not.toContain("dki_");
  await look(hers, "invitation");
  await hers.getByLabel("新しいパスワード").fill(password);
  await hers.getByLabel("パスワード(確認)").fill(password);
  await hers.getByRole("button", { name: "パスワードを設定する" }).click();
  await hers.getByRole("link", { name: "ログイン" }).click();
  await look(hers, "login");
  await hers.getByLabel("メールアドレス").fill("suzuki@example.co.jp");
  await hers.getByLabel("パスワード").fill(password);
  await hers.getByRole("button", { name: "ログイン", exact: true }).click();
  await expect(hers.getByRole("heading", { level: 1, name: /鈴木 太郎 さんの/ })).toBeVisible();
  await look(hers, "own-month");
  await employee?.close();
});

test("the same in English, and in the dark", async () => {
  await page.getByRole("button", { name: "English", exact: true }).click();
  await title("Profile");
  await page.getByRole("button", { name: "Dark", exact: true }).click();
  for (const [link, heading, name] of [
    ["Today", "Today", "today"],
    ["Timesheets", "Timesheets", "timesheets"],
    ["Events", "Events", "events"],
    ["Employees", "Employees", "employees"],
  ] as const) {
    await page.getByRole("link", { name: link, exact: true }).first().click();
    await title(heading);
    await expect(page.getByRole("table")).toBeVisible();
    await look(page, `${name}-en-dark`);
  }
  await page.getByRole("link", { name: "Integrations", exact: true }).click();
  await page.locator(".connection").getByRole("link", { name: "Settings", exact: true }).click();
  await title("Connect LINE WORKS");
  await expect(page.getByText("No punch").or(page.getByText(/It punches/))).toBeVisible();
  await look(page, "guide-en-dark");
});
