// Programs by the word of theirs in a user agent. The order matters: most of them also name those that they descend from.
const PROGRAMS = [
  ['DingTalk', /DingTalk/],
  ['WeCom', /wxwork/],
  ['WeChat', /MicroMessenger/],
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Opera', /OPR\//],
  ['Firefox', /(Firefox|FxiOS)\//],
  ['Chrome', /(Chrome|CriOS)\//],
  ['Safari', /Safari\//],
] as const;
const SYSTEMS = [
  ['iPhone', /iPhone/],
  ['iPad', /iPad/],
  ['HarmonyOS', /HarmonyOS|OpenHarmony/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X|Macintosh/],
  ['Linux', /Linux|X11/],
] as const;

/** A user agent as people know it, `Chrome · Windows`; as it is when nothing of it is known. Proves nothing: anybody can claim any. */
export function deviceOf(userAgent: string): string {
  const known = [PROGRAMS, SYSTEMS].flatMap((table) => table.find(([, word]) => word.test(userAgent))?.[0] ?? []);
  return known.length === 0 ? userAgent : known.join(' · ');
}
