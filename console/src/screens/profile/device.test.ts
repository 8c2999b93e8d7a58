import { expect, test } from "vitest";
import { device } from "./device";

const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0 Safari/537.36 Edg/140.0`, "Edge / Windows"],
  [`Mozilla/5.0 (Linux; Android 14) ${webkit} Chrome/140.0 Mobile Safari/537.36`, "Chrome / Android"],
  [`Mozilla/5.0 (X11; CrOS x86_64 15633.0.0) ${webkit} Chrome/140.0 Safari/537.36`, "Chrome / ChromeOS"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140.0 Safari/604.1",
    "Chrome / iOS",
  ],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit/605.1.15 Version/18 Safari/605.1.15", "Safari / macOS"],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox / Linux"],
  ["curl/8.14", "curl"],
  ["", "不明な端末"],
])("%s", (agent, said) => expect(device(agent)).toBe(said));
