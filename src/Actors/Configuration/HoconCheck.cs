namespace MoE.Actors.Configuration;

/// <summary>
/// Finds in a HOCON text what Akka's parser takes in silence or stumbles over without naming the place: open or stray
/// braces, open quotes, substitutions (which it turns into null), includes and appends.
/// </summary>
internal sealed class HoconCheck(string text)
{
    private readonly Stack<(char Bracket, int Line)> _open = [];
    private readonly List<string> _problems = [];
    private int _at;
    private int _line = 1;
    private bool _wordBegins = true;

    /// <summary>One sentence per finding, with its line.</summary>
    public static IReadOnlyList<string> Problems(string text) => new HoconCheck(text).Run();

    private List<string> Run()
    {
        while (_at < text.Length)
            Step();
        _problems.AddRange(_open.Reverse().Select(o => $"line {o.Line}: '{o.Bracket}' is never closed."));
        return _problems;
    }

    private void Step()
    {
        var c = text[_at];
        if (c == '#' || Next("//"))
            SkipTo('\n');
        else if (c == '"')
            SkipQuoted();
        else if (c is '{' or '[')
            _open.Push((c, _line));
        else if (c is '}' or ']')
            Close(c);
        else if (Next("${"))
            Report("'${...}' is not supported here; write the value itself, or set an environment variable MOE__...");
        else if (Next("+="))
            Report("'+=' is not supported here; write the whole list.");
        else if (_wordBegins && Next("include") && _at + 7 < text.Length && char.IsWhiteSpace(text[_at + 7]))
            Report("'include' is not supported here; copy the settings into this file.");
        _wordBegins = _at < text.Length && (char.IsWhiteSpace(text[_at]) || text[_at] is '{' or ',');
        if (_at < text.Length && text[_at++] == '\n')
            _line++;
    }

    private void Close(char bracket)
    {
        if (_open.TryPeek(out var open) && (open.Bracket, bracket) is ('{', '}') or ('[', ']'))
            _open.Pop();
        else
            Report($"'{bracket}' closes nothing.");
    }

    private void SkipQuoted()
    {
        var begin = _line;
        var quote = Next("\"\"\"") ? "\"\"\"" : "\"";
        for (_at += quote.Length; _at < text.Length && !Next(quote); _at++)
        {
            if (quote.Length == 1 && text[_at] == '\\')
                _at++;
            if (_at < text.Length && text[_at] == '\n')
            {
                if (quote.Length == 1)
                    break;
                _line++;
            }
        }
        if (Next(quote))
            _at += quote.Length - 1;
        else
        {
            _problems.Add($"line {begin}: a quote is never closed.");
            _at--;
        }
    }

    private void SkipTo(char end)
    {
        while (_at < text.Length && text[_at] != end)
            _at++;
    }

    private bool Next(string word) => string.CompareOrdinal(text, _at, word, 0, word.Length) == 0;

    private void Report(string problem) => _problems.Add($"line {_line}: {problem}");
}
