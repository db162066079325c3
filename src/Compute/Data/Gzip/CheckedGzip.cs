using System.IO.Compression;

namespace MoE.Compute.Data.Gzip;

/// <summary>
/// Unpacks gzip, and finds out when it was cut off, which <see cref="GZipStream"/> takes for its end. To that purpose
/// an end mark, packed as a gzip member of its own, is put behind the file: it comes out again exactly when everything
/// before it was whole.
/// </summary>
internal sealed class CheckedGzip : ForwardStream
{
    private static readonly byte[] Mark = "end mark of MoE.Compute.Data.Gzip"u8.ToArray();
    private static readonly byte[] PackedMark = Pack(Mark);

    private readonly JoinedStream _packed;
    private readonly GZipStream _unpacked;
    private bool _ended;

    private CheckedGzip(ReadOnlyMemory<byte> head, Stream body)
    {
        _packed = new JoinedStream(head, body, PackedMark);
        _unpacked = new GZipStream(_packed, CompressionMode.Decompress);
    }

    /// <summary>The bytes of a stream, unpacked where they begin as gzip does.</summary>
    public static Stream OpenByContent(Stream stream)
    {
        var head = new byte[2];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return head is [0x1F, 0x8B]
            ? new CheckedGzip(head, stream)
            : new JoinedStream(head.AsMemory(0, read), stream, default);
    }

    /// <exception cref="InvalidDataException">The gzip is corrupt or was cut off.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (_ended || buffer.IsEmpty)
            return 0;
        return Checked(buffer, _unpacked.Read(buffer));
    }

    /// <exception cref="InvalidDataException">The gzip is corrupt or was cut off.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_ended || buffer.IsEmpty)
            return 0;
        var read = await _unpacked.ReadAsync(buffer, cancellationToken);
        return Checked(buffer.Span, read);
    }

    private int Checked(ReadOnlySpan<byte> buffer, int read)
    {
        if (read > 0 && !_packed.BodyEnded)
            return read;
        _ended = true;
        return IsMark(buffer[..read]) ? 0 : throw new InvalidDataException("the compressed data are cut off");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _unpacked.Dispose();
        base.Dispose(disposing);
    }

    private bool IsMark(ReadOnlySpan<byte> first)
    {
        var rest = new byte[Mark.Length + 1];
        var read = _unpacked.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        return first.Length + read == Mark.Length && Mark.AsSpan().StartsWith(first)
            && Mark.AsSpan(first.Length).SequenceEqual(rest.AsSpan(0, read));
    }

    private static byte[] Pack(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression))
            gzip.Write(bytes);
        return packed.ToArray();
    }
}
