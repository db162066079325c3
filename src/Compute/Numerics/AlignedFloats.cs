using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MoE.Compute.Numerics;

/// <summary>
/// Floats, the first of which begins a line of the cache: a block of 16, or a row of 4 or 8, then never lies in two
/// lines, which would take twice as long to fetch. The collector does not move them.
/// </summary>
internal readonly struct AlignedFloats
{
    /// <summary>Bytes of a line.</summary>
    private const int Line = 64;

    private readonly float[] _room;
    private readonly int _first;

    /// <summary>Zeros.</summary>
    public AlignedFloats(int length) : this(length, GC.AllocateArray<float>(Room(length), pinned: true))
    {
    }

    /// <summary>The same values.</summary>
    public AlignedFloats(ReadOnlySpan<float> values)
        : this(values.Length, GC.AllocateUninitializedArray<float>(Room(values.Length), pinned: true)) =>
        values.CopyTo(Span);

    private AlignedFloats(int length, float[] room)
    {
        (Length, _room) = (length, room);
        var beyond = (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_room, 0) % Line);
        _first = (Line - beyond) % Line / sizeof(float);
    }

    /// <summary>How many there are.</summary>
    public int Length { get; }

    /// <summary>The first of them; there is none of none.</summary>
    public ref float First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_room), _first);
    }

    /// <summary>All of them.</summary>
    public Span<float> Span => _room.AsSpan(_first, Length);

    /// <summary>Others of the same values.</summary>
    public AlignedFloats Clone() => new(Span);

    /// <summary>Others that begin with the same values, or as many as fit, followed by zeros.</summary>
    public AlignedFloats Resized(int length)
    {
        var resized = new AlignedFloats(length);
        Span[..Math.Min(Length, length)].CopyTo(resized.Span);
        return resized;
    }

    private static int Room(int length) => length + (Line / sizeof(float)) - 1;
}
