namespace MoE.Actors.Tests;

/// <summary>What disks and people do to files.</summary>
internal static class FileDamage
{
    /// <summary>Does one random thing to one of a folder's databases; says what.</summary>
    public static string Inflict(string folder, Random random)
    {
        var files = Directory.GetFiles(folder, "*.db*").Where(f => !f.EndsWith("-shm", StringComparison.Ordinal))
            .Where(f => new FileInfo(f).Length > 0).Order(StringComparer.Ordinal).ToArray();
        var path = files[random.Next(files.Length)];
        var bytes = File.ReadAllBytes(path);
        var at = random.Next(bytes.Length);
        var what = random.Next(4);
        switch (what)
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                random.NextBytes(bytes.AsSpan(at, Math.Min(16, bytes.Length - at)));
                break;
            case 2:
                bytes.AsSpan(at & ~511, Math.Min(512, bytes.Length - (at & ~511))).Clear();
                break;
            default:
                bytes = bytes[..at];
                break;
        }
        File.WriteAllBytes(path, bytes);
        string[] names = ["a bit is flipped", "16 bytes are random", "a sector is empty", "the rest is cut off"];
        return $"{Path.GetFileName(path)}: {names[what]} at byte {at}";
    }
}
