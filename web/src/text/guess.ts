// In which language a text is written, as far as its letters and smallest words tell. It asks nobody.

const scripts: [RegExp, string][] = [
  [/\p{Script=Hiragana}|\p{Script=Katakana}/gu, 'ja'],
  [/\p{Script=Hangul}/gu, 'ko'],
  [/\p{Script=Han}/gu, 'zh'],
  [/\p{Script=Thai}/gu, 'th'],
  [/\p{Script=Hebrew}/gu, 'he'],
  [/\p{Script=Greek}/gu, 'el'],
  [/\p{Script=Devanagari}/gu, 'hi'],
  [/\p{Script=Bengali}/gu, 'bn'],
  [/\p{Script=Armenian}/gu, 'hy'],
  [/\p{Script=Georgian}/gu, 'ka'],
  [/\p{Script=Tamil}/gu, 'ta'],
]

const words: Record<string, string> = {
  en: 'the and of to is in that it for you was with are this not have but be on as at my so what just we they from when can',
  de: 'der die das und ist nicht ich ein eine zu den mit von auch auf es sich dass wir aber noch wie für so im hat wenn nur kann wird',
  fr: 'le la les de des et est un une je que pas pour dans ce qui il sur avec mais vous nous plus au ne tout sont être très',
  es: 'el los las de que y en un una es no por con para se lo como más pero su me está muy hay todo yo si cuando mi del',
  pt: 'o os as de que e em um uma não é com para por se mais mas como eu do da no na está muito são você isso também ao',
  it: 'il lo gli di che e è un una non per con sono mi si più ma come del della nel questo anche ho ha io se alla cosa',
  nl: 'de het een en van is dat niet ik op te zijn voor met er maar ook die je we wat als aan nog heb hebben naar bij om wel',
  sv: 'och att det är jag inte en ett som på för med har av den till om men så vi kan var nu från eller här mycket mig',
  da: 'og det er ikke jeg en et at på for med har af den til om men så vi kan var nu fra eller her meget mig der hvad',
  no: 'og det er ikke jeg en et at på for med har av den til om men så vi kan var nå fra eller her mye meg hva noe',
  pl: 'i w nie się na to jest że z do jak ale co za po tak o od czy ja mi już tylko jestem był bardzo może przez dla ten',
  cs: 'a je se na to že v ne co jak ale s za tak do o si po jsem by pro už být jen když nebo mám jsou tady ještě',
  fi: 'ja on ei se että oli hän mutta en ole kun niin joka tämä minä kuin mitä nyt vain sitten jos olen myös voi',
  tr: 've bir bu da de için ile çok ne ama var gibi daha ben olarak değil her kadar mi sonra bana diye en olan yok',
  hu: 'a az és hogy nem is egy ez van de csak meg már mint ha én még vagy volt ezt azt lesz kell nagyon mert',
  ro: 'și în de la nu este un o pe cu că să mai din pentru ce sunt am fost dar care se fi sau foarte',
  id: 'yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke karena ada mereka sudah bisa aku kita',
  vi: 'và là của có không được cho một những các trong với này đã để người khi tôi cũng như',
  ca: 'el els les de que i en un una és no per amb es com més però jo molt hi ha del al va són també aquest',
  ru: 'и в не на я что он с как это по но она так все у из за то от же мы для был уже бы есть только меня',
  uk: 'і в не на я що він з як це по але вона так все у із за то від же ми для був вже би є тільки мене та',
  bg: 'и в не на да се е за от че си са ще по но като как това аз съм има при след много само',
  ar: 'في من على أن إلى هذا ما لا مع هذه عن هو كان التي الذي كل و أنا يا قد هل ولا',
  fa: 'و در به از که این را با است برای آن یک من ما هم بود تا اما شما می خود کرد نیست',
}
const sets = Object.entries(words).map(([code, list]) => [code, new Set(list.split(' '))] as const)

/** guess names the language of a text; undefined when the text does not tell. */
export function guess(text: string): string | undefined {
  const plain = text.replace(/https?:\/\/\S+|[@#]\S+|:\w+:/g, ' ').toLowerCase()
  const letters = plain.match(/\p{L}/gu)?.length ?? 0
  if (letters < 4) return undefined
  for (const [pattern, code] of scripts) {
    const share = (plain.match(pattern)?.length ?? 0) / letters
    if (share > (code === 'ja' ? 0.15 : 0.5)) return code
  }
  const tokens = plain.match(/[\p{L}\p{M}]+/gu) ?? []
  if (tokens.length < 4) return undefined
  const marks = sets.map(([code, set]) => [code, tokens.filter((w) => set.has(w)).length] as const).sort((a, b) => b[1] - a[1])
  const [best, second] = marks
  if (!best || !second || best[1] < 2 || best[1] / tokens.length < 0.15 || best[1] - second[1] < Math.max(1, best[1] * 0.2)) return undefined
  return best[0]
}
