using System.Globalization;
using MoE.Compute.Data;

namespace MoE.Compute.Rosters.Scripts;

/// <summary>Changes of the pool at given rows of a source, asked for as its rows are read.</summary>
public interface IPoolScript
{
    /// <summary>Rows that the next batch may have at most, so that it ends where commands come.</summary>
    /// <param name="rows">Rows of a batch.</param>
    int Most(int rows);

    /// <summary>The commands to carry out before the next batch, which is this one.</summary>
    IReadOnlyList<RosterCommand> Before(RowBatch batch);
}

/// <summary>A command and its place.</summary>
/// <param name="Row">Rows of the source that are learned before it is carried out.</param>
/// <param name="Command">The command.</param>
public sealed record ScriptStep(long Row, RosterCommand Command);

/// <summary>
/// Changes of the pool that are to come at given rows: a line each as in <c>25000 add mlp --clone 3</c>, the rows never
/// falling. Empty lines, and what follows a #, are ignored.
/// </summary>
public sealed class Script
{
    private Script(IReadOnlyList<ScriptStep> steps) => Steps = steps;

    /// <summary>The commands, in their order.</summary>
    public IReadOnlyList<ScriptStep> Steps { get; }

    /// <summary>Reads a script, or names everything that is wrong with it.</summary>
    /// <param name="name">What the script is called in problems.</param>
    /// <param name="text">Its lines.</param>
    /// <exception cref="InvalidOptionsException">A line is not a row and a command; each is named.</exception>
    public static Script Parse(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<ScriptStep> steps = [];
        List<string> problems = [];
        foreach (var (index, line) in text.Split('\n').Index())
        {
            List<string> ofLine = [];
            if (Step(line.TrimEnd('\r'), ofLine) is { } step)
            {
                if (steps is [.., var last] && step.Row < last.Row)
                    ofLine.Add($"row {step.Row} comes after row {last.Row}; write the rows in ascending order.");
                steps.Add(step);
            }
            problems.AddRange(ofLine.Select(problem => $"{name}:{index + 1}: {problem}"));
        }
        return problems.Count == 0 ? new Script(steps) : throw new InvalidOptionsException(problems);
    }

    /// <summary>Reads the script in a file.</summary>
    /// <exception cref="InvalidOptionsException">It cannot be read, or is not a script.</exception>
    public static Script Read(string path)
    {
        try
        {
            return Parse(path, File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InvalidOptionsException([$"The script {path} cannot be read: {e.Message}"]);
        }
    }

    private static ScriptStep? Step(string line, List<string> problems)
    {
        if (QuotedWords.Split(line, problems) is not [var first, .. var words])
            return null;
        var isRow = long.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var row);
        if (!isRow)
            problems.Add($"'{first}' is not a row; a line is a row (a whole number of 0 or more) and a command.");
        return RosterText.Read(words, problems) is { } command && isRow ? new ScriptStep(row, command) : null;
    }
}
