// What a voice says to have its loudness measured: plain prose and a question, some fifteen seconds, in its language. One sentence is up
// to 2 LU louder than the next; with six the voices that were checked are within 1 LU of what others come to.

import { getBaseLanguage } from '../text/base-language.ts';

/** Raised whenever a text changes: voices are then measured again. The engines' versions have to be raised with it. */
export const TEXTS_VERSION = 1;

const ENGLISH =
  'A letter from her sister lay on the table, and she read it twice. Where did you leave the keys? If the weather stays dry, we can walk to the village and come back by bus. The old clock in the hall has not been right for years. He asked for a room with a view of the harbour. Most of the shops close early on Saturdays.';

const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' });

/** By the first part of the language's tag. */
const TEXTS: Readonly<Record<string, string>> = {
  en: ENGLISH,
  cs: 'Ráno přestalo pršet a ulice byly skoro prázdné. Kde jsi nechal klíče? Koupili jsme jablka, chléb a kávu. Nikdo neřekl ani slovo, dokud vlak neodjel.',
  de: 'Am Morgen hatte der Regen aufgehört, und die Straßen waren fast leer. Wo hast du die Schlüssel gelassen? Wir kauften Äpfel, Brot und Kaffee. Niemand sagte ein Wort, bis der Zug abgefahren war.',
  el: 'Το πρωί η βροχή είχε σταματήσει και οι δρόμοι ήταν άδειοι. Πού άφησες τα κλειδιά; Αγοράσαμε μήλα, ψωμί και καφέ. Κανείς δεν είπε λέξη μέχρι να φύγει το τρένο.',
  es: 'Por la mañana había dejado de llover y las calles estaban casi vacías. ¿Dónde dejaste las llaves? Compramos manzanas, pan y café. Nadie dijo una palabra hasta que salió el tren.',
  fi: 'Aamulla sade oli lakannut ja kadut olivat melkein tyhjät. Mihin jätit avaimet? Ostimme omenoita, leipää ja kahvia. Kukaan ei sanonut sanaakaan ennen kuin juna lähti.',
  fr: 'Le matin, la pluie avait cessé et les rues étaient presque vides. Où as-tu laissé les clés ? Nous avons acheté des pommes, du pain et du café. Personne ne dit un mot avant le départ du train.',
  hi: 'सुबह तक बारिश रुक गई थी और सड़कें लगभग खाली थीं। तुमने चाबी कहाँ रखी? हमने सेब, रोटी और चाय खरीदी। ट्रेन के जाने तक किसी ने कुछ नहीं कहा।',
  it: 'La mattina la pioggia era finita e le strade erano quasi vuote. Dove hai lasciato le chiavi? Abbiamo comprato mele, pane e caffè. Nessuno disse una parola finché il treno non partì.',
  ja: '朝には雨が止んで、通りにはほとんど人がいませんでした。鍵はどこに置きましたか。りんごとパンとコーヒーを買いました。電車が出るまで誰も話しませんでした。',
  nl: 'In de ochtend was de regen gestopt en de straten waren bijna leeg. Waar heb je de sleutels gelaten? We kochten appels, brood en koffie. Niemand zei een woord tot de trein was vertrokken.',
  pl: 'Rano przestało padać i ulice były prawie puste. Gdzie zostawiłeś klucze? Kupiliśmy jabłka, chleb i kawę. Nikt nie powiedział ani słowa, dopóki pociąg nie odjechał.',
  pt: 'De manhã a chuva tinha parado e as ruas estavam quase vazias. Onde você deixou as chaves? Compramos maçãs, pão e café. Ninguém disse uma palavra até o trem partir.',
  ru: 'К утру дождь прекратился, и улицы были почти пусты. Где ты оставил ключи? Мы купили яблоки, хлеб и кофе. Никто не сказал ни слова, пока поезд не ушёл.',
  sv: 'På morgonen hade regnet slutat och gatorna var nästan tomma. Var lämnade du nycklarna? Vi köpte äpplen, bröd och kaffe. Ingen sade ett ord förrän tåget hade gått.',
  uk: 'До ранку дощ припинився, і вулиці були майже порожні. Де ти залишив ключі? Ми купили яблука, хліб і каву. Ніхто не сказав ні слова, поки потяг не поїхав.',
  zh: '早上雨停了，街上几乎没有人。你把钥匙放在哪里了？我们买了苹果、面包和咖啡。火车开走以前，谁也没有说话。',
};

/** Sentence by sentence. `language` is a BCP 47 tag; one that is not known is measured in English. */
export function getReferenceSentences(language: string): string[] {
  const text = TEXTS[getBaseLanguage(language)] ?? ENGLISH;
  return Array.from(SENTENCES.segment(text), ({ segment }) => segment.trim());
}
