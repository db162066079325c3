using System.Text;

namespace MoE.Package.Tests.Approved;

/// <summary>Writes docs/settings.md from hocon/moe.hocon: its comments, its keys and their defaults.</summary>
internal sealed class SettingsReference
{
    private const string Head = """
        # Settings

        <!-- Made from hocon/moe.hocon: MOE_APPROVE=1 dotnet test -c Release tests/Package.Tests --filter Approved -->


        """;

    private const string Table = "| setting | default | meaning |\n|---|---|---|\n";

    private readonly StringBuilder _text = new(Head.ReplaceLineEndings("\n"));
    private readonly Stack<string> _blocks = [];
    private readonly List<string> _comment = [];
    private readonly StringBuilder _lists = new();
    private bool _isInTable;

    private SettingsReference()
    {
    }

    /// <summary>The page of a file of settings.</summary>
    public static string Write(string hocon)
    {
        var page = new SettingsReference();
        var lines = hocon.Split('\n').Select(line => line.Trim()).ToList();
        for (var at = 0; at < lines.Count; at++)
            page.Read(lines, ref at);
        return page._text.ToString();
    }

    private void Read(List<string> lines, ref int at)
    {
        var line = lines[at];
        if (line.StartsWith('#'))
            _comment.Add(line.TrimStart('#').Trim());
        else if (line.EndsWith('{'))
            Open(line.TrimEnd('{', ' '));
        else if (line == "}")
            Close();
        else if (line.EndsWith('['))
            List(line.Split('=')[0].Trim(), lines, ref at);
        else if (line.Split('=', 2) is [var key, var value])
            Row(key.Trim(), value.Trim().Trim('"') is { Length: > 0 } text ? $"`{text}`" : "none");
        else if (_blocks.Count == 0 && _comment.Count > 0)
            _text.Append($"{Comment()}\n");
    }

    private void Open(string block)
    {
        _blocks.Push(block);
        _isInTable = false;
        _text.Append($"\n## {Path}\n\n");
        if (_comment.Count > 0)
            _text.Append($"{Comment()}\n\n");
    }

    private void Close()
    {
        _blocks.Pop();
        _text.Append(_lists);
        _lists.Clear();
        _isInTable = false;
    }

    private void Row(string key, string value)
    {
        if (!_isInTable)
            _text.Append(Table);
        _isInTable = true;
        _text.Append($"| `{Path}.{key}` | {value} | {Comment().Replace("|", "\\|", StringComparison.Ordinal)} |\n");
    }

    private void List(string key, List<string> lines, ref int at)
    {
        Row(key, "below");
        _lists.Append($"\n```hocon\n{Path}.{key} = [\n");
        while (lines[++at] != "]")
            _lists.Append($"  {lines[at]}\n");
        _lists.Append("]\n```\n");
    }

    private string Path => string.Join('.', _blocks.Reverse());

    /// <summary>The comment above a line. An empty line in it parts two paragraphs.</summary>
    private string Comment()
    {
        var comment = string.Join(' ', _comment).Replace("  ", "\n\n", StringComparison.Ordinal);
        _comment.Clear();
        return comment;
    }
}
