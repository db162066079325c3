namespace MoE.Compute.Files;

/// <summary>An open <see cref="OutputFile"/>: what the system says of a failed write becomes a sentence.</summary>
internal sealed class OutputStream(OutputFile file, Stream stream) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            stream.Write(buffer);
        }
        catch (IOException e)
        {
            throw file.Unwritable(e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        try
        {
            stream.Flush();
        }
        catch (IOException e)
        {
            throw file.Unwritable(e);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        try
        {
            if (disposing)
                stream.Dispose();
        }
        catch (IOException e)
        {
            throw file.Unwritable(e);
        }
        finally
        {
            base.Dispose(disposing);
        }
    }
}
