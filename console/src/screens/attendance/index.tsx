// 勤怠: today, the months, what waits and what happened.

export { CorrectionRequests } from "./corrections";
export { Events } from "./events";
export { HeldPunches } from "./held";
export { LatestMonth, Month } from "./month";
export { Timesheets } from "./timesheets";
export { Today } from "./today";
