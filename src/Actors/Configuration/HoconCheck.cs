using System.Text;

namespace MoE.Actors.Configuration;

/// <summary>
/// Finds in a HOCON text what Akka's parser takes in silence, never ends with, or stumbles over without naming the
/// place: open or stray braces, open quotes, substitutions (which it turns into null), includes and appends.
/// </summary>
internal sealed class HoconCheck
{
    // Bare, these are errors by HOCON's rules; Akka's parser never comes back from some of them in a list.
    private const string OnlyQuoted = "$`^?!@*&\\";
    private const string OnlyQuotedInLists = "+:=";

    /// <summary>Brackets that may stand open, and words of a key: Akka's parser calls itself for each.</summary>
    internal const int MostDeep = 32;

    private readonly string _text;
    private readonly Stack<(char Bracket, int Line)> _open = [];
    private readonly List<string> _problems = [];
    private readonly StringBuilder _plain = new();
    private int _at;
    private int _line = 1;
    private int _points;
    private bool _wordBegins = true;

    /// <summary>Checks a text.</summary>
    public HoconCheck(string text)
    {
        _text = text;
        while (_at < _text.Length)
            Step();
        _problems.AddRange(_open.Reverse().Select(o => $"line {o.Line}: '{o.Bracket}' is never closed."));
    }

    /// <summary>One sentence per finding, with its line.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The text without its comments, of which Akka's parser finds not all.</summary>
    public string Plain => _plain.ToString();

    private char Current => _at < _text.Length ? _text[_at] : '\n';

    private bool InList => _open.TryPeek(out var open) && open.Bracket == '[';

    private void Step()
    {
        if (Current == '#' || Next("//"))
        {
            while (_at < _text.Length && Current != '\n')
                _at++;
            return;
        }
        switch (Current)
        {
            case '"':
                TakeQuoted();
                return;
            case '{' or '[' when _open.Count == MostDeep:
                End($"more than {MostDeep} nested brackets; no setting needs more than 4.");
                return;
            case '.' when ++_points > MostDeep:
                End($"a key has more than {MostDeep} parts; no setting has more than 4.");
                return;
            case '{' or '[':
                _open.Push((Current, _line));
                break;
            case '}' or ']':
                Close(Current);
                break;
            default:
                CheckWord();
                break;
        }
        Take();
    }

    private void CheckWord()
    {
        if (Next("${"))
        {
            Report("'${...}' is not supported here; write the value itself, or set an environment variable MOE__...");
            while (Current is not ('}' or '\n'))
                Take();
        }
        else if (OnlyQuoted.Contains(Current) || (InList && OnlyQuotedInLists.Contains(Current)))
            Report($"'{Current}' must be in quotation marks.");
        else if (Next("+="))
            Report("'+=' is not supported here; write the whole list.");
        else if (_wordBegins && Next("include") && _at + 7 < _text.Length && char.IsWhiteSpace(_text[_at + 7]))
            Report("'include' is not supported here; copy the settings into this file.");
    }

    private void Close(char bracket)
    {
        if (_open.TryPeek(out var open) && (open.Bracket, bracket) is ('{', '}') or ('[', ']'))
            _open.Pop();
        else
            Report($"'{bracket}' has no opening bracket.");
    }

    private void TakeQuoted()
    {
        if (Next("\"\"\""))
            Report("'\"\"\"' is not supported here; write the text on one line, in plain quotation marks.");
        do
        {
            if (Current == '\\' && _at + 1 < _text.Length)
                Take();
            Take();
        }
        while (Current is not ('"' or '\n'));
        if (Current == '"')
            Take();
        else
            Report("a quotation mark is never closed.");
    }

    private void Take()
    {
        if ("\n=:{},[]".Contains(Current))
            _points = 0;
        _wordBegins = char.IsWhiteSpace(Current) || Current is '{' or ',';
        if (Current == '\n')
            _line++;
        if (_at < _text.Length)
            _plain.Append(_text[_at++]);
    }

    private bool Next(string word) =>
        _at + word.Length <= _text.Length && _text.AsSpan(_at, word.Length).SequenceEqual(word);

    private void End(string problem)
    {
        Report(problem);
        _open.Clear();
        _at = _text.Length;
    }

    private void Report(string problem)
    {
        var told = $"line {_line}: {problem}";
        if (_problems.Count == 0 || _problems[^1] != told)
            _problems.Add(told);
    }
}
