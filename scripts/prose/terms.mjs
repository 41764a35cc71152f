/**
 * The project's word list: what plain English does not need, and what to write instead. Each entry is a regular expression, without word
 * boundaries and in any case, and the advice. Where the listed word is right (it quotes another program), use code formatting.
 * @type {readonly (readonly [pattern: string, instead: string])[]}
 */
const words = [
    // Verbs of speech for things that do not speak.
    ["told", "reports, shows, prints, knows (name who does it)"],
    ["tell(?:s|ing)? (?:of|whether|from|apart|how many)", "shows, reports, distinguishes"],
    ["(?:is|are|was|were|be|been|being) said", "is set, is configured, is reported"],
    ["said", "set, configured, reported"],
    ["say(?:s|ing)? (?:of|what it|nothing)", "describes, reports, sets"],
    ["(?:is|are|was|were|be|been|being) asked(?: for)?", "is requested, is queried, is needed"],
    ["keeps? silent", "reports nothing"],
    ["speaks? of", "mentions"],
    // Persons where there are none, and nobody in particular.
    ["whoever|whomever", "who, a user who, a service that"],
    ["nobody|no one", "no consumer, no user, no service, nothing"],
    ["somebody|someone", "a person, a user, another program"],
    ["everybody|everyone", "all users, every service"],
    ["others'|others’", "of other services, of other users"],
    ["strangers?", "other people, unknown objects"],
    ["patien(?:ce|tly)", "timeout"],
    ["wish(?:es)?", "intent, requirement"],
    // Metaphors.
    ["di(?:es|ed|e)|(?:is|are) dying|dying (?:messages?|queues?)", "is lost, is deleted, is dead-lettered"],
    ["mend(?:s|ed|ing)?", "fix, repair, correct"],
    ["judg(?:e|es|ed|ing|ement|ements)", "check, evaluate, decide"],
    ["in vain", "without effect"],
    ["g(?:oes|o|one) with (?:it|them|its)", "is deleted together with"],
    ["gone", "deleted, lost, missing"],
    ["(?:gives?|given|gave|giving) up", "is dropped, is dead-lettered, stops"],
    ["(?:comes?|came|coming) back", "is returned, is requeued"],
    ["no more(?! than)|not any more|any more", "no longer"],
    ["lets? go|letting go", "releases, disconnects"],
    ["comes? away|came away", "is removed"],
    ["goes? altogether|altogether", "is deleted; completely"],
    ["takes? (?:\\S+ ){1,4}with it", "deletes together with"],
    ["stands? (?:there|in|at|on|for|under|above|below|beside|first|between|behind|alone|open)", "is"],
    ["lies? (?:there|in|at|on|under|above|below|beside)", "is"],
    ["gives? (?:it|them) (?:away|up|over)", "stops, deletes"],
    ["rids? of|get rid", "delete, remove"],
    ["swallow(?:s|ed)?", "discard"],
    ["(?:its|their|the) own hands", "its own code"],
    ["turns? out", "is"],
    ["(?:is|are) at hand", "is available"],
    ["hold(?:s|ing)? good", "is valid"],
    // Old or foreign forms.
    ["shall", "must, should"],
    ["for ever", "forever, without end"],
    ["at once", "immediately; together"],
    ["once more|anew", "again"],
    ["beside", "next to, besides, together with"],
    ["but for", "except for"],
    ["for want of", "because there is no"],
    ["of which", "whose, with, in which (or two sentences)"],
    ["of whom", "whose (or two sentences)"],
    ["(?<!there )(?:is|are) none", "is not one, there is none of"],
    ["(?<!there )(?:is|are) no (?!longer|other|more|such)(?:\\S+)", "is not a"],
    ["perhaps", "possibly, optionally"],
    ["likewise", "also"],
    [
        "lest|whence|thence|hence|hitherto|thereby|whereby|thereof|therein|henceforth",
        "so that, therefore, from there",
    ],
    ["whichever|whatsoever", "any, which"],
    ["whatever", "any, all that"],
    ["meanwhile", "during that time (say which)"],
    ["one after the other", "one by one, in order"],
    ["so much as|as soon as ever", "even"],
    ["what is there", "what exists"],
    ["the like", "similar"],
    ["be it", "whether"],
    ["much as", "although"],
    ["no sooner", "as soon as"],
    ["nor does it|nor do they", "and it does not"],
    ["by and by|in the end|at the latest", "eventually; finally"],
    ["(?:is|are|was|were) to be \\w+(?:ed|en|t)", "must be"],
    ["in step", "synchronized"],
    ["in force", "in effect, effective"],
    ["keeps? to itself", "does not share"],
    ["upwards|downwards", "up, down"],
    ["sound", "valid"],
    ["foreign", "other, unmanaged, unknown"],
    ["knows? nothing of|know nothing of", "does not depend on, has no knowledge of"],
    // One word for one idea.
    ["time-outs?", "timeout"],
    ["dead letter queues?(?!(?: \\w+)* \\.)", "dead-letter queue"],
    ["work-?queues? of jobs", "work queue"],
    ["e-mail bodies", "email bodies"],
];

/** The word list as textlint-rule-terminology takes it: a pattern with a look-behind is used as it is. */
export const terms = words.map(([pattern, instead]) => [`(?<![\\w-])(?:${pattern})(?![\\w-])`, instead]);

/** The longest sentence, in words. */
export const maxWords = 40;
