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
    private const int Excess = -1;

    private readonly ConditionalWeakTable<NameList, Numbers> _lists = [];

    /// <summary>
    /// The rows by the model's numbers, with the names that it does not know yet as <see cref="RowBatch.NewTerms"/>.
    /// A row of one class too many is refused. Rows that are by the model's numbers already stay as they are.
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
                        : numbers.Of(j)[(int)values[at]];
        for (var row = 0; row < targets.Length; row++)
            targets[row] = numbers.Of(features)[targets[row]];
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
        private int _known;

        /// <summary>Whether the source's numbers are the model's.</summary>
        public bool AreSame { get; private set; } = true;

        public List<int> Of(int column) => _numbers[column];

        /// <summary>
        /// Numbers the names; answers those that the model does not know, in their order. These have the numbers that
        /// they get if the rows are learned, and are looked up again the next time.
        /// </summary>
        public List<Term> Extend(SourceNames names, Vocabulary vocabulary, int maxClasses)
        {
            Forget(names);
            var (fresh, taken) = (new List<Term>(), new Dictionary<int, int>());
            for (var i = _known; i < names.Count; i++)
            {
                var term = names.List[i];
                var number = vocabulary.IndexOf(term);
                var isKnown = number >= 0;
                if (!isKnown)
                {
                    var count = CountOf(term.Column, vocabulary) + taken.GetValueOrDefault(term.Column);
                    var isFull = count >= (term.Column == Term.Class ? maxClasses : Vocabulary.MaxCategories);
                    number = !isFull ? count : term.Column == Term.Class ? Excess : Vocabulary.SharedIndex(term.Text);
                    isKnown = isFull && term.Column != Term.Class;
                    if (!isFull)
                    {
                        fresh.Add(term);
                        taken[term.Column] = taken.GetValueOrDefault(term.Column) + 1;
                    }
                }
                var column = _numbers[Place(term.Column)];
                AreSame &= number == column.Count && number < Vocabulary.MaxCategories - 1;
                column.Add(number);
                if (isKnown && i == _known)
                    _known++;
            }
            return fresh;
        }

        // What was not known the last time may have been learned since, or not.
        private void Forget(SourceNames names)
        {
            var counts = new int[_numbers.Length];
            for (var i = 0; i < _known; i++)
                counts[Place(names.List[i].Column)]++;
            for (var column = 0; column < counts.Length; column++)
                _numbers[column].RemoveRange(counts[column], _numbers[column].Count - counts[column]);
        }

        private int Place(int column) => column == Term.Class ? _numbers.Length - 1 : column;

        private static int CountOf(int column, Vocabulary vocabulary) =>
            column == Term.Class ? vocabulary.Classes.Count : vocabulary.Categories(column).Count;
    }
}
