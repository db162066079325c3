namespace MoE.Compute.Data;

/// <summary>What the cells of a column are.</summary>
public enum ColumnKind
{
    /// <summary>A finite number; an empty cell is missing.</summary>
    Numeric,

    /// <summary>A name out of an open set; an empty cell is a name like any other.</summary>
    Categorical,
}

/// <summary>One feature of a row.</summary>
public sealed record Column(string Name, ColumnKind Kind);

/// <summary>The features of a row, in order, and the target that is predicted from them.</summary>
public sealed record Schema(IReadOnlyList<Column> Features, Target Target)
{
    /// <summary>The schema of rows whose class is predicted.</summary>
    /// <param name="features">The features, in order.</param>
    /// <param name="classes">The name of the column with the classes.</param>
    public Schema(IReadOnlyList<Column> features, string classes) : this(features, new Classes(classes))
    {
    }

    /// <summary>Number of numeric features, N.</summary>
    public int Numeric { get; } = Features.Count(f => f.Kind == ColumnKind.Numeric);

    /// <summary>Number of categorical features, M.</summary>
    public int Categorical { get; } = Features.Count(f => f.Kind == ColumnKind.Categorical);

    /// <summary>By the features' names and kinds, in order, and the target.</summary>
    public bool Equals(Schema? other) =>
        other is not null && Target == other.Target && Features.SequenceEqual(other.Features);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Target, Features.Count);
}
