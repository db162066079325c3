using System.Runtime.CompilerServices;

namespace MoE.Compute.Data;

/// <summary>
/// Turns rows whose names their source has numbered into rows by a model's own numbers. Any number of sources may feed
/// one model in any order: what the model does not know gets its next number, in the order in which it comes.
/// </summary>
/// <param name="schema">The model's columns.</param>
/// <param name="maxClasses">Classes that the model may have.</param>
public sealed class NameTranslator(Schema schema, int maxClasses)
{
    private const int Excess = int.MinValue;

    private readonly ConditionalWeakTable<NameList, Numbers> _lists = [];

    /// <summary>
    /// The rows by the model's numbers, with the names that it does not know yet as <see cref="RowBatch.NewTerms"/>.
    /// A row of one class too many is refused. Rows that are by the model's numbers already stay as they are. A number
    /// that the source has no name for is none of the model's either, which the gate's check finds.
    /// </summary>
    /// <param name="rows">The rows; not changed.</param>
    /// <param name="vocabulary">The names that the model knows; not changed.</param>
    /// <param name="source">What a refusal calls the source.</param>
    public RowBatch Translate(RowBatch rows, Vocabulary vocabulary, string source)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (rows.Names is not { } names)
            return rows;
        var numbers = _lists.GetValue(names.List, _ => new Numbers(schema.Features.Count + 1));
        var fresh = numbers.Extend(names, vocabulary, maxClasses);
        if (numbers.AreSame)
            return rows with { Names = null, NewTerms = fresh };
        var (values, targets) = ((float[])rows.Values.Clone(), (int[])rows.Targets.Clone());
        var features = schema.Features.Count;
        for (var j = 0; j < features; j++)
            if (schema.Features[j].Kind == ColumnKind.Categorical)
                for (var at = j; at < values.Length; at += features)
                    values[at] = values[at] <= RowBatch.SharedCategory
                        ? RowBatch.SharedCategory - values[at]
                        : numbers.Of(j, values[at]) ?? float.NaN;
        for (var row = 0; row < targets.Length; row++)
            targets[row] = numbers.Of(features, targets[row]) ?? RowBatch.NoClass;
        var translated = rows with { Values = values, Targets = targets, Names = null, NewTerms = fresh };
        return Array.IndexOf(targets, Excess) < 0 ? translated : Refuse(translated, rows, source);
    }

    private RowBatch Refuse(RowBatch translated, RowBatch given, string source)
    {
        var classes = ClassesOf(given.Names!);
        var numbers = new long[given.Rows];
        given.NumberRows(numbers);
        var (features, targets) = (schema.Features.Count, translated.Targets);
        var good = Enumerable.Range(0, targets.Length).Where(row => targets[row] != Excess).ToArray();
        var refused = Enumerable.Range(0, targets.Length).Where(row => targets[row] == Excess).Select(row =>
            new Refusal(numbers[row], 0, $"{source} row {numbers[row]}: '{classes[given.Targets[row]]}' is a new class "
                + $"after {maxClasses} others, but max-classes is {maxClasses}; correct the row, or raise that."));
        return translated with
        {
            Values = [.. good.SelectMany(row => translated.Values.AsSpan(row * features, features).ToArray())],
            Targets = [.. good.Select(row => targets[row])],
            Refusals = [.. given.Refusals.Concat(refused).OrderBy(refusal => refusal.Row)],
        };
    }

    private static List<string> ClassesOf(SourceNames names) =>
        [.. Enumerable.Range(0, names.Count).Select(i => names.List[i]).Where(t => t.Column == Term.Class)
            .Select(t => t.Text)];

    /// <summary>The model's numbers of one source's names, column by column; the classes' come last.</summary>
    private sealed class Numbers(int columns)
    {
        private readonly List<int>[] _numbers = [.. Enumerable.Range(0, columns).Select(_ => new List<int>())];
        private readonly int[] _settled = new int[columns];
        private int _names;

        /// <summary>Whether the source's numbers are the model's.</summary>
        public bool AreSame { get; private set; } = true;

        /// <summary>The number of a name of a column, by its source's number; null if the source has none.</summary>
        public int? Of(int column, float number) => number >= 0f && number < _numbers[column].Count
            && number == MathF.Floor(number) ? _numbers[column][(int)number] : null;

        /// <summary>
        /// Numbers the names; answers those that the model does not know, in their order. These have the numbers that
        /// they get if the rows are learned, and are looked up again the next time.
        /// </summary>
        public List<Term> Extend(SourceNames names, Vocabulary vocabulary, int maxClasses)
        {
            if (_names >= names.Count)
                return [];
            for (var column = 0; column < columns; column++)
                _numbers[column].RemoveRange(_settled[column], _numbers[column].Count - _settled[column]);
            List<Term> fresh = [];
            for (var i = _names; i < names.Count; i++)
            {
                var term = names.List[i];
                var place = term.Column == Term.Class ? columns - 1 : term.Column;
                var (number, isSettled) = NumberOf(term, vocabulary, maxClasses, fresh);
                AreSame &= number == _numbers[place].Count && number < Vocabulary.MaxCategories - 1;
                _numbers[place].Add(number);
                if (!isSettled || i != _names)
                    continue;
                _names++;
                _settled[place]++;
            }
            return fresh;
        }

        /// <summary>A name's number, and whether it stays so.</summary>
        private static (int Number, bool IsSettled) NumberOf(
            Term term, Vocabulary vocabulary, int maxClasses, List<Term> fresh)
        {
            if (vocabulary.IndexOf(term) is >= 0 and var known)
                return (known, true);
            var isClass = term.Column == Term.Class;
            var count = (isClass ? vocabulary.Classes : vocabulary.Categories(term.Column)).Count
                + fresh.Count(other => other.Column == term.Column);
            if (count >= (isClass ? maxClasses : Vocabulary.MaxCategories))
                return isClass ? (Excess, false) : (Vocabulary.SharedIndex(term.Text), true);
            fresh.Add(term);
            return (count, false);
        }
    }
}
