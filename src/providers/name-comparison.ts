/** What a comparison of two names says. `different` is a reason to look, never to refuse. */
export type NameMatch = 'same' | 'different';

/** How letters that are no plain ones are written where there are no others. */
type Letters = Readonly<Record<string, string>>;

/** By the letter that they come from. Accents need no entry: they go by themselves. */
const BY_BASE: Letters = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ς: 'σ',
};

/** As German and the Nordic languages spell them out. */
const SPELT_OUT: Letters = { ...BY_BASE, ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };

/** Words that say what kind of company one is, and that people leave out, abbreviate or translate. Without dots, as they stand at the end. */
const LEGAL_FORMS = [
  'co company corp corporation inc incorporated llc lllp pllc pc',
  'ltd limited unlimited plc llp lp cic cio cyf cyfyngedig ccc dac clg uc pty',
  'ag eg ek ev eu gbr gmbh mbh ggmbh kg kgaa ohg partg partgmbb se ug haftungsbeschränkt aktiengesellschaft',
  'ab abp aktiebolag hb kb oy oyj osakeyhtiö as asa ans da ba enk ks is ps aps ivs amba aksjeselskap aktieselskab anpartsselskab hf ehf',
  'bv bvba nv vof cv eurl gie sa sarl sas sasu sca scop sci selarl snc srl srls spa sapa scarl sagl sl slu sll sau sce lda',
  'sp spk spj ska zoo sro doo dd kft zrt nyrt bt ad ood eood oü uab sia',
].flatMap((line) => line.split(' '));

/** Those of several words. */
const LONG_FORMS = [
  ...['gmbh', 'ag', 'se', 'ug'].flatMap((form) => ['kg', 'kgaa', 'ohg'].map((kind) => `${form} and co ${kind}`)),
  'gesellschaft mit beschränkter haftung',
  'public limited company',
  'limited liability company',
  'limited liability partnership',
  'limited partnership',
  'community interest company',
  'société anonyme',
  'société à responsabilité limitée',
  'société par actions simplifiée',
  'sociedad anónima',
  'sociedad limitada',
  'spółka akcyjna',
  'spółka jawna',
  'spółka komandytowa',
  'spółka z ograniczoną odpowiedzialnością',
  'spółka z oo',
  'spółka zoo',
  'sp z oo',
  'sp j',
  'sp k',
  'spol s ro',
  'spol sro',
];

/** Forms that are also written before the name, and the article that registers keep and people drop. */
const LEADING: ReadonlySet<string> = new Set(['the', 'ab', 'as', 'ou', 'oy', 'sia', 'uab']);

/** How `&` is spelt out. */
const AND: ReadonlySet<string> = new Set(['and', 'und', 'et', 'og', 'och']);

/**
 * Whether two names of a company are the same but for letter case, accents, punctuation, spaces (but between figures), how `&` is written, and the legal form
 * before or behind them (its number has said which company it is; the name only guards against a wrong one). `ö` equals both `o` and `oe`, the
 * other letters of Latin alphabets likewise. Other scripts are not transliterated: names in two scripts are `different`, as is a name
 * without a letter or digit from every other.
 */
export function compareCompanyNames(asked: string, found: string): NameMatch {
  const same = SPELLINGS.some((spelling) => {
    const core = coreOf(asked, spelling);
    return core !== '' && core === coreOf(found, spelling);
  });
  return same ? 'same' : 'different';
}

interface Spelling {
  readonly letters: Letters;
  readonly forms: ReadonlySet<string>;
}

const SPELLINGS: readonly Spelling[] = [BY_BASE, SPELT_OUT].map((letters) => ({
  letters,
  forms: new Set([...LEGAL_FORMS, ...LONG_FORMS].map((form) => wordsOf(form, letters).join(' '))),
}));

/** What is left of a name, without spaces. The form alone is no name: at least one word stays. */
function coreOf(name: string, { letters, forms }: Spelling): string {
  let words = wordsOf(name, letters);
  for (let length = formLength(words, forms); length > 0; length = formLength(words, forms))
    words = words.slice(0, -length);
  while (words.length > 1 && LEADING.has(words[0] ?? '')) words = words.slice(1);
  // A space between figures is no matter of taste: 1 2 is not 12.
  return words.join(' ').replace(/(?<!\p{N}) | (?!\p{N})/gu, '');
}

/** How many words at the end are one legal form, the longest that fits; 0 where none is. */
function formLength(words: readonly string[], forms: ReadonlySet<string>): number {
  const isForm = (length: number): boolean => words.length > length && forms.has(words.slice(-length).join(' '));
  return [4, 3, 2, 1].find(isForm) ?? 0;
}

/** The words of a name in lower case. Dots and apostrophes join (`S.A.` is `sa`), single letters in a row too; other punctuation parts. */
function wordsOf(name: string, letters: Letters): string[] {
  const folded = name
    .toLowerCase()
    .normalize('NFC')
    .replace(/\p{L}/gu, (letter) => letters[letter] ?? letter)
    .normalize('NFKD')
    // Accents alone: the marks of other scripts are vowels, and part of the word.
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/['’‘`´]|(?<!\p{N})\.|\.(?!\p{N})/gu, '')
    .replace(/[&+]/g, ' and ')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .replace(/(?<=(?<!\p{L})\p{L}) (?=\p{L}(?!\p{L}))/gu, '');
  const words = folded.split(' ').filter(Boolean);
  return words.map((word) => (AND.has(word) ? 'and' : word));
}
