using Xunit;

namespace MoE.Torture.Tests;

/// <summary>
/// A row that was reported as learned is never lost: holds every life to what those before it reported.
/// </summary>
internal sealed class Promise
{
    /// <summary>Rows that were reported as learned.</summary>
    public long Rows { get; private set; }

    /// <summary>Takes a life that is over.</summary>
    public void Hold(Life life)
    {
        if (life.WentOnAfter is { } rows)
            Assert.True(rows >= Rows, $"moe went on after row {rows:N0}, but {Rows:N0} rows were reported as learned.");
        Rows = Math.Max(Rows, Math.Max(life.Reported, life.WentOnAfter ?? 0));
    }

    /// <summary>Another model begins.</summary>
    public void Forget() => Rows = 0;
}
