// The words that decide whether a full stop ends a sentence, and where a long sentence may be divided. English.

function words(list: string): ReadonlySet<string> {
  return new Set(list.trim().split(/\s+/));
}

/** Before a name: a full stop after them never ends a sentence. Lower case, without the stop. */
export const titles = words(`
  mr mrs ms mx dr prof rev revd fr hon pres gov sen rep amb supt gen col maj capt cpt cmdr adm lt sgt cpl pvt
  msgr messrs mme mlle mm sra dra st mt ft sta
`);

/** Always followed by more of the same sentence. */
export const joiners = words('vs cf viz e.g i.e eg ie ca incl excl resp');

/** Before a number or a roman numeral they do not end a sentence; before anything else they do. */
export const numbered = words(`
  no nos nr art arts sec secs ch chap chaps vol vols p pp par para fig figs eq eqs tab ver ed
  approx est max min avg tel ext rs abt c fl b d r op bk pt pts ln st ste apt rm
  jan feb mar apr jun jul aug sep sept oct nov dec
`);

/** Inside names and addresses: they end a sentence only before a word that begins sentences. */
export const nameParts = words(`
  jr sr esq inc ltd co corp bros llc plc dept univ assn assoc al ave blvd rd hwy st ft mt pl sq bldg
  eds vol vols fig figs ed trans deg natl intl govt ph.d m.d d.c
`);

/** Words that, capitalised, most often begin a sentence rather than carry a name on. */
export const starters = words(`
  the a an this that these those it he she they we you i his her their our my your its
  there here then when where why how what who which if in on at by for from to with without as after before since
  until while although though because but and or so yet not no yes now once all some many most one two each every both
  however moreover meanwhile nevertheless furthermore finally later today let please do did does is are was were
  can could will would should may might have has had
`);

/** What may follow "5 p.m." in the same sentence. */
export const afterClock = words(`
  monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thurs fri sat sun
  january february march april may june july august september october november december
  jan feb mar apr jun jul aug sep sept oct nov dec
  et ct mt pt est edt cst cdt mst mdt pst pdt gmt utc bst cet cest eastern central mountain pacific
`);

/** Who speaks: '"Stop!" John said' is one sentence. */
export const speechVerbs = words(`
  said says asked asks replied replies cried cries shouted whispered answered called exclaimed murmured muttered
  yelled screamed added continued began demanded inquired enquired returned repeated remarked observed told thought
  wondered sighed laughed snapped growled gasped interrupted roared
`);

/** A long sentence may be divided before these. */
export const conjunctions = words(`
  and or but nor yet so because although though while whereas when where which who whom whose that if unless until
  since before after than then as
`);

/** A line or a piece should not end with these: they belong to the next word. */
export const leaners = words(`
  the a an of to in on at by for from with into onto upon and or but nor as than that which who if my your his her its
  our their this these those no very is are was were be been has have had not mr mrs ms dr st
`);
