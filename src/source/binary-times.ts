/** Times in the binary format, written as the server writes them: microseconds or days, counted from 2000-01-01. */

const second = 1_000_000n;
const day = 86_400n * second;
const epochDays = 10_957;
const longestDate = 8.64e15;

/** 2026-03-01, 0044-03-15 BC. @throws RangeError beyond what a Date can hold */
export function dateText(days: number): string {
  if (days === 0x7fffffff) return 'infinity';
  if (days === -0x80000000) return '-infinity';
  const { date, era } = calendar(days);
  return date + era;
}

/** @param zone what follows the time: +00, or nothing. @throws RangeError beyond what a Date can hold */
export function timestampText(microseconds: bigint, zone: string): string {
  if (microseconds === 0x7fffffffffffffffn) return 'infinity';
  if (microseconds === -0x8000000000000000n) return '-infinity';
  const inDay = ((microseconds % day) + day) % day;
  const { date, era } = calendar(Number((microseconds - inDay) / day));
  return `${date} ${timeText(inDay)}${zone}${era}`;
}

/** 10:00:00, 23:59:59.5. */
export function timeText(microseconds: bigint): string {
  const whole = microseconds / second;
  const fraction = String(microseconds % second)
    .padStart(6, '0')
    .replace(/0+$/, '');
  const parts = [whole / 3_600n, (whole / 60n) % 60n, whole % 60n].map((part) =>
    String(part).padStart(2, '0'),
  );
  return parts.join(':') + (fraction === '' ? '' : `.${fraction}`);
}

/** +02, -03:30. @param west seconds */
export function zoneText(west: number): string {
  const [hours, minutes, seconds] = timeText(BigInt(Math.abs(west)) * second).split(':');
  const rest = [minutes, seconds].join(':').replace(/(?::?00)+$/, '');
  return `${west > 0 ? '-' : '+'}${hours}${rest === '' ? '' : `:${rest}`}`;
}

export function intervalText(microseconds: bigint, days: number, months: number): string {
  const years = Math.trunc(months / 12);
  const parts = [
    [years, 'year'],
    [months - 12 * years, 'mon'],
    [days, 'day'],
  ] as const;
  const time = `${microseconds < 0n ? '-' : ''}${timeText(microseconds < 0n ? -microseconds : microseconds)}`;
  const words = parts.flatMap(([count, unit]) =>
    count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`],
  );
  if (microseconds !== 0n || words.length === 0) words.push(time);
  return words.join(' ');
}

function calendar(days: number): { readonly date: string; readonly era: string } {
  const time = (days + epochDays) * 86_400_000;
  if (Math.abs(time) > longestDate) throw new RangeError('a date that is too far away');
  const date = new Date(time);
  const year = date.getUTCFullYear();
  const parts = [year > 0 ? year : 1 - year, date.getUTCMonth() + 1, date.getUTCDate()];
  const text = parts.map((part, index) => String(part).padStart(index === 0 ? 4 : 2, '0')).join('-');
  return { date: text, era: year > 0 ? '' : ' BC' };
}
