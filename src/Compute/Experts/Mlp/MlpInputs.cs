using MoE.Compute.Data;
using MoE.Compute.Encoding;
using MoE.Compute.Files;

namespace MoE.Compute.Experts.Mlp;

/// <summary>
/// Which rows of the first layer's weights a batch row touches, and how strongly: z-scores and hats have fixed rows;
/// a category gets the next free one when it is first seen.
/// </summary>
internal sealed class MlpInputs
{
    private const int Hats = Encoder.Hats;

    /// <summary>Stands for the row of a category that was not seen.</summary>
    private const int None = -1;

    private readonly MlpInput _input;
    private readonly int _numeric;
    private readonly List<int>[] _categoryRows;

    public MlpInputs(MlpInput input, int numeric, int categorical)
    {
        (_input, _numeric) = (input, numeric);
        _categoryRows = [.. Enumerable.Range(0, categorical).Select(_ => new List<int>())];
        Fixed = FixedRows(input, numeric);
        Rows = Fixed;
        Index = new int[MostTouched(numeric, categorical)];
        Weight = new float[Index.Length];
    }

    private MlpInputs(MlpInputs other, List<int>[] categoryRows)
    {
        (_input, _numeric, _categoryRows) = (other._input, other._numeric, categoryRows);
        (Fixed, Rows) = (other.Fixed, other.Rows);
        Index = new int[other.Index.Length];
        Weight = new float[Index.Length];
    }

    /// <summary>Whether numbers are read as z-scores, so that every row touches the same rows of weights.</summary>
    public bool IsDense => _input == MlpInput.Z && _numeric > 0;

    /// <summary>Rows that exist from the start.</summary>
    public int Fixed { get; }

    /// <summary>Rows so far.</summary>
    public int Rows { get; private set; }

    /// <summary>Number of rows touched by the last row read.</summary>
    public int Count { get; private set; }

    /// <summary>The rows touched.</summary>
    public int[] Index { get; }

    /// <summary>How strongly each is touched.</summary>
    public float[] Weight { get; }

    /// <summary>Σ weight² of the rows touched.</summary>
    public float SquaredNorm { get; private set; }

    /// <summary>Fan-in for the scale of first weights: rows touched at once, within the bounds that worked.</summary>
    public int FanIn => _input == MlpInput.Z
        ? Math.Clamp(_numeric + (8 * _categoryRows.Length), 4, 64)
        : Math.Clamp(Fixed + (8 * _categoryRows.Length), 4, 32);

    /// <summary>Rows that there are before any category.</summary>
    public static int FixedRows(MlpInput input, int numeric) => numeric * input switch
    {
        MlpInput.Z => 1,
        MlpInput.Hat => Hats,
        _ => 1 + Hats,
    };

    /// <summary>Rows that a row of the stream touches whose cells are all there.</summary>
    public static int Touched(MlpInput input, int numeric, int categorical) => categorical + (numeric * input switch
    {
        MlpInput.Z => 1,
        MlpInput.Hat => 2,
        _ => 3,
    });

    /// <summary>Rows that a row of the stream touches at most.</summary>
    public static int MostTouched(int numeric, int categorical) => (3 * numeric) + categorical;

    /// <summary>Takes one row; says whether it brought a category that has had no row.</summary>
    public bool Read(FeatureBatch batch, int row)
    {
        ReadNumbers(batch, row);
        var before = Rows;
        for (var m = 0; m < _categoryRows.Length; m++)
            Touch(CategoryRow(_categoryRows[m], batch.Category[(row * _categoryRows.Length) + m]));
        return Rows > before;
    }

    /// <summary>Takes one row without the categories that have no row.</summary>
    public void ReadKnown(FeatureBatch batch, int row)
    {
        ReadNumbers(batch, row);
        TouchKnown(batch, row);
    }

    /// <summary>Takes the categories alone; answers how many have a row.</summary>
    public int ReadCategories(FeatureBatch batch, int row)
    {
        (Count, SquaredNorm) = (0, 0f);
        TouchKnown(batch, row);
        return Count;
    }

    private void TouchKnown(FeatureBatch batch, int row)
    {
        for (var m = 0; m < _categoryRows.Length; m++)
        {
            var (rows, category) = (_categoryRows[m], batch.Category[(row * _categoryRows.Length) + m]);
            if ((uint)category < (uint)rows.Count && rows[category] != None)
                Touch(rows[category]);
        }
    }

    /// <summary>The same rows for another network.</summary>
    public MlpInputs Clone() => new(this, Array.ConvertAll(_categoryRows, rows => new List<int>(rows)));

    /// <summary>The very same rows for another thread, once no more are added.</summary>
    public MlpInputs Share() => new(this, _categoryRows);

    public void Save(StateWriter state)
    {
        foreach (var rows in _categoryRows)
            state.Write<int>(rows.ToArray());
    }

    public void Load(StateReader state)
    {
        Rows = Fixed;
        foreach (var rows in _categoryRows)
        {
            rows.Clear();
            rows.AddRange(state.ReadArray<int>());
            if (rows.Count > Vocabulary.MaxCategories)
                throw state.Damaged(
                    $"{rows.Count} categories were found; {Vocabulary.MaxCategories} at most were expected");
            Rows += rows.Count(row => row != None);
        }
        var taken = new bool[Rows];
        foreach (var row in _categoryRows.SelectMany(rows => rows).Where(row => row != None))
        {
            if (row < Fixed || row >= Rows || taken[row])
                throw state.Damaged(
                    $"a category with weights {row} was found; each of {Fixed} to {Rows - 1} was expected once");
            taken[row] = true;
        }
    }

    private void ReadNumbers(FeatureBatch batch, int row)
    {
        (Count, SquaredNorm) = (0, 0f);
        if (_input != MlpInput.Hat)
            ReadScores(batch.Z.AsSpan(row * _numeric, _numeric));
        if (_input != MlpInput.Z)
            ReadHats(batch.Rank.AsSpan(row * _numeric, _numeric), _input == MlpInput.Hat ? 0 : _numeric);
    }

    private void ReadScores(ReadOnlySpan<float> z)
    {
        var (index, weight, norm) = (Index, Weight, 0f);
        for (var j = 0; j < z.Length; j++)
        {
            index[j] = j;
            weight[j] = z[j];
            norm += z[j] * z[j];
        }
        (Count, SquaredNorm) = (z.Length, norm);
    }

    private void ReadHats(ReadOnlySpan<float> rank, int first)
    {
        var (index, weight, count, norm) = (Index, Weight, Count, SquaredNorm);
        for (var j = 0; j < rank.Length; j++, first += Hats)
        {
            if (float.IsNaN(rank[j]))
                continue;
            var q = rank[j] * (Hats - 1);
            var low = (int)q;
            var fraction = q - low;
            index[count] = first + low;
            weight[count++] = 1f - fraction;
            norm += (1f - fraction) * (1f - fraction);
            if (fraction > 0f)
            {
                index[count] = first + low + 1;
                weight[count++] = fraction;
                norm += fraction * fraction;
            }
        }
        (Count, SquaredNorm) = (count, norm);
    }

    private void Touch(int index)
    {
        (Index[Count], Weight[Count]) = (index, 1f);
        Count++;
        SquaredNorm += 1f;
    }

    private int CategoryRow(List<int> rows, int category)
    {
        while (rows.Count <= category)
            rows.Add(None);
        if (rows[category] == None)
            rows[category] = Rows++;
        return rows[category];
    }
}
