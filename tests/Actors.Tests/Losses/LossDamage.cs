namespace MoE.Actors.Tests.Losses;

/// <summary>What a disk, a program that copies files, or a person may do to a directory.</summary>
public enum DamageKind
{
    /// <summary>The end of the log's -wal is missing.</summary>
    JournalWalCut,

    /// <summary>The log's file has no bytes, its -wal all of them.</summary>
    JournalEmptied,

    /// <summary>The log's -wal is an older one.</summary>
    JournalWalOld,

    /// <summary>The log's -wal is that of another model.</summary>
    JournalWalForeign,

    /// <summary>Bytes of the log's -wal are others.</summary>
    JournalWalChanged,

    /// <summary>Bytes of the log's file are others, or its end is missing.</summary>
    JournalChanged,

    /// <summary>Both files of the log are older ones.</summary>
    JournalOld,

    /// <summary>Files of the log are missing.</summary>
    JournalDeleted,

    /// <summary>The end of the images' -wal is missing.</summary>
    ImagesWalCut,

    /// <summary>The images' file has no bytes, its -wal all of them.</summary>
    ImagesEmptied,

    /// <summary>The images' -wal is an older one.</summary>
    ImagesWalOld,

    /// <summary>Bytes of the images' file or its -wal are others, or the end is missing.</summary>
    ImagesChanged,

    /// <summary>Both files of the images are older ones.</summary>
    ImagesOld,

    /// <summary>Files of the images are missing.</summary>
    ImagesDeleted,

    /// <summary>Bytes of the mark are others, or its end is missing.</summary>
    MarkChanged,

    /// <summary>The mark is an older one.</summary>
    MarkOld,

    /// <summary>The mark is missing, or another model's.</summary>
    MarkGone,

    /// <summary>Log and images are older ones, the mark is not.</summary>
    AllButMarkOld,
}

/// <summary>Does damage of a kind to a copy of a directory.</summary>
/// <param name="directories">Where older and other files come from.</param>
/// <param name="random">Chooses.</param>
internal sealed class LossDamage(KilledDirectories directories, Random random)
{
    private const string Journal = "journal.db";
    private const string Images = "snapshots.db";
    private const string Mark = "default.acknowledged";

    private static readonly int[] Sizes = [1, 16, 512, 4096];

    /// <summary>Damages a copy of one of the directories; says what was done.</summary>
    public (KilledDirectory Before, string Damage) Inflict(DamageKind kind, TestFolder folder)
    {
        var all = directories.All;
        while (true)
        {
            var at = random.Next(all.Count);
            foreach (var file in Directory.GetFiles(folder.Path))
                File.Delete(file);
            all[at].Folder.CopyTo(folder);
            var older = at == 0 ? null : all[random.Next(at)];
            if (Inflict(kind, folder.Path, older) is { } damage)
                return (all[at], $"{kind} of copy {at}: {damage}");
        }
    }

    /// <summary>What was done; null where this copy cannot be damaged so.</summary>
    private string? Inflict(DamageKind kind, string folder, KilledDirectory? older) => kind switch
    {
        DamageKind.JournalWalCut => Cut(folder, $"{Journal}-wal"),
        DamageKind.JournalEmptied => Empty(folder, Journal),
        DamageKind.JournalWalOld => Replace(folder, older, $"{Journal}-wal"),
        DamageKind.JournalWalForeign => Replace(folder, directories.Other, $"{Journal}-wal"),
        DamageKind.JournalWalChanged => Change(folder, $"{Journal}-wal"),
        DamageKind.JournalChanged => Change(folder, Journal),
        DamageKind.JournalOld => Replace(folder, older, Journal, $"{Journal}-wal"),
        DamageKind.JournalDeleted => Delete(folder, Journal),
        DamageKind.ImagesWalCut => Cut(folder, $"{Images}-wal"),
        DamageKind.ImagesEmptied => Empty(folder, Images),
        DamageKind.ImagesWalOld => Replace(folder, older, $"{Images}-wal"),
        DamageKind.ImagesChanged => Change(folder, random.Next(2) == 0 ? Images : $"{Images}-wal"),
        DamageKind.ImagesOld => Replace(folder, older, Images, $"{Images}-wal"),
        DamageKind.ImagesDeleted => Delete(folder, Images),
        DamageKind.MarkChanged => Change(folder, Mark),
        DamageKind.MarkOld => Replace(folder, older, Mark),
        DamageKind.MarkGone => random.Next(2) == 0
            ? Replace(folder, directories.Other, Mark)
            : Replace(folder, null, Mark),
        DamageKind.AllButMarkOld => Replace(
            folder, older, Journal, $"{Journal}-wal", Images, $"{Images}-wal"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such damage."),
    };

    private string? Cut(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (file is not { Exists: true, Length: > 0 })
            return null;
        var length = random.NextInt64(file.Length);
        using var stream = file.OpenWrite();
        stream.SetLength(length);
        return $"{length} of {file.Length} bytes are left of {name}";
    }

    private static string? Empty(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (file is not { Exists: true, Length: > 0 } || !File.Exists($"{file.FullName}-wal"))
            return null;
        File.WriteAllBytes(file.FullName, []);
        return $"{name} is empty";
    }

    private string? Change(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path) || File.ReadAllBytes(path) is not { Length: > 0 } bytes)
            return null;
        var (at, what) = (random.Next(bytes.Length), random.Next(4));
        var part = bytes.AsSpan(at, Math.Min(Sizes[random.Next(Sizes.Length)], bytes.Length - at));
        var before = bytes.ToArray();
        if (what == 0)
            part[0] ^= (byte)(1 << random.Next(8));
        else if (what == 1)
            random.NextBytes(part);
        else if (what == 2)
            part.Clear();
        else
            bytes = bytes[..at];
        if (bytes.AsSpan().SequenceEqual(before))
            return null;
        File.WriteAllBytes(path, bytes);
        string[] names = ["a bit is flipped", "bytes are random", "bytes are zero", "the rest is cut off"];
        return $"{name}: {names[what]} from byte {at} of {before.Length} on";
    }

    private string? Delete(string folder, string name)
    {
        string[][] choices = [[name], [$"{name}-wal"], [name, $"{name}-wal", $"{name}-shm"]];
        var chosen = choices[random.Next(choices.Length)];
        if (!File.Exists(Path.Combine(folder, chosen[0])))
            return null;
        foreach (var file in chosen)
            File.Delete(Path.Combine(folder, file));
        return $"{string.Join(" and ", chosen)} deleted";
    }

    /// <summary>Puts the files of another directory in the place of these; what that lacks is missing then.</summary>
    private static string? Replace(string folder, KilledDirectory? other, params string[] names)
    {
        var isSame = true;
        foreach (var name in names)
        {
            var path = Path.Combine(folder, name);
            var before = File.Exists(path) ? File.ReadAllBytes(path) : null;
            File.Delete(path);
            if (other is not null && File.Exists(Path.Combine(other.Folder.Path, name)))
                File.Copy(Path.Combine(other.Folder.Path, name), path);
            var after = File.Exists(path) ? File.ReadAllBytes(path) : null;
            isSame &= before is null == after is null && before.AsSpan().SequenceEqual(after);
        }
        var from = other is null ? "nowhere" : $"after {other.Batches} batches";
        return isSame ? null : $"{string.Join(" and ", names)} from {from}";
    }
}
