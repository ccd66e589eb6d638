using System.Text.RegularExpressions;

namespace IclMesh.Gateway.Analyses.Rewriting;

/// <summary>Replaces frequent words by rare ones of about the same meaning, from a table of the project's own.</summary>
internal sealed partial class RareWordRewriter : IInputRewriter
{
    private const string Pairs =
        """
        good commendable|great estimable|best paramount|better superior|bad execrable|worst direst|boring soporific|dull insipid|funny risible|sad lugubrious
        happy jocund|beautiful pulchritudinous|ugly unsightly|smart sagacious|clever adroit|stupid obtuse|silly fatuous|strange outlandish|weird eldritch|scary harrowing
        long protracted|short terse|slow languorous|fast fleet|big voluminous|small diminutive|little exiguous|old hoary|new novel|young callow
        love cherish|like relish|hate abhor|enjoy savour|want covet|need require|see behold|look peer|watch witness|think cogitate
        know ken|feel discern|make fashion|made wrought|get procure|gets procures|give bestow|gives bestows|take appropriate|find unearth
        show evince|shows evinces|tell recount|tells recounts|say aver|says avers|ask query|work labour|works labours|play disport
        movie photoplay|film photoplay|movies photoplays|films photoplays|story narrative|plot storyline|character persona|characters personae|actor thespian|actors thespians
        director auteur|audience spectatorship|viewer onlooker|viewers onlookers|humor drollery|comedy farce|drama melodrama|music melody|picture tableau|scene vignette
        people folk|person individual|man gentleman|woman gentlewoman|child urchin|children progeny|kids progeny|friend confidant|family kinfolk|life existence
        world cosmos|time duration|year twelvemonth|day diurnity|home abode|house domicile|city metropolis|country realm|war belligerence|money lucre
        company firm|business commerce|market emporium|price tariff|game contest|team squadron|player competitor|win triumph|wins triumphs|loss forfeiture
        idea notion|question interrogation|answer rejoinder|problem quandary|reason rationale|way manner|thing entity|part portion|end terminus|beginning inception
        very exceedingly|really veritably|quite tolerably|too overly|never nevermore|always perpetually|often oftentimes|only solely|just merely|almost nigh
        full replete|empty vacuous|rich opulent|poor penurious|hard arduous|easy facile|strong puissant|weak feeble|true veracious|false spurious
        perfect immaculate|simple rudimentary|serious solemn|interesting engrossing|amazing wondrous|wonderful wondrous|terrible ghastly|awful abysmal|nice agreeable|fine exquisite
        """;

    private static readonly Dictionary<string, string> Rare = Pairs.Split(['|', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split(' ')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);

    public string Name => "rare_words";

    public string Rewrite(string text, ulong seed, int row) => Words().Replace(text, match => Rare.TryGetValue(match.Value, out var rare)
        ? char.IsUpper(match.Value[0]) ? char.ToUpperInvariant(rare[0]) + rare[1..] : rare
        : match.Value);

    [GeneratedRegex("[A-Za-z]+")]
    private static partial Regex Words();
}
