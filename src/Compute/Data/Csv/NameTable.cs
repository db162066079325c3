namespace MoE.Compute.Data.Csv;

/// <summary>
/// The names of one column as UTF-8, by index in order of first appearance. Looks a name up without making a text of
/// it: open addressing over the names' hashes, the names themselves one after the other.
/// </summary>
internal sealed class NameTable
{
    private readonly record struct Entry(uint Hash, int Start, int Length);

    private readonly List<Entry> _entries = [];
    private byte[] _names = new byte[64];
    private int _used;
    private int[] _slots = new int[16];

    /// <summary>Number of names.</summary>
    public int Count => _entries.Count;

    /// <summary>The index of a name, or -1.</summary>
    public int IndexOf(ReadOnlySpan<byte> name, uint hash)
    {
        for (var slot = hash; ; slot++)
        {
            var index = _slots[slot & (_slots.Length - 1)] - 1;
            if (index < 0)
                return -1;
            var entry = _entries[index];
            if (entry.Hash == hash && name.SequenceEqual(_names.AsSpan(entry.Start, entry.Length)))
                return index;
        }
    }

    /// <summary>Gives the next index to a name that is not in the table.</summary>
    public int Add(ReadOnlySpan<byte> name, uint hash)
    {
        if (_used + name.Length > _names.Length)
            Array.Resize(ref _names, Math.Max(2 * _names.Length, _used + name.Length));
        name.CopyTo(_names.AsSpan(_used));
        _entries.Add(new(hash, _used, name.Length));
        _used += name.Length;
        if (2 * Count > _slots.Length)
            Rehash();
        else
            Place(Count - 1);
        return Count - 1;
    }

    private void Rehash()
    {
        _slots = new int[2 * _slots.Length];
        for (var index = 0; index < Count; index++)
            Place(index);
    }

    private void Place(int index)
    {
        var slot = _entries[index].Hash;
        while (_slots[slot & (_slots.Length - 1)] != 0)
            slot++;
        _slots[slot & (_slots.Length - 1)] = index + 1;
    }
}

/// <summary>FNV-1a, 32 bits (Fowler, Noll, Vo): the same on every machine and in every version.</summary>
internal static class StableHash
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var b in bytes)
            hash = (hash ^ b) * 16777619u;
        return hash;
    }
}
